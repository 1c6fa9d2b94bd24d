/* Are photos prepared to the byte, and golden pictures answered as by the float model?
 *
 *     selftest model.tflite
 *
 * SPDX-License-Identifier: Apache-2.0 */

#include "classifier.h"
#include "golden.h"
#include "photos.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What is wrong, in a few words; null where nothing is. */
static const char *selftest(classifier *model, double *largest) {
    static uint8_t work[CLASSIFIER_WORK_BYTES(PHOTO_WIDEST, PHOTO_HIGHEST)], prepared[CLASSIFIER_PIXELS];
    static float found[CLASSIFIER_CLASSES], expected[CLASSIFIER_CLASSES];
    for (int n = 0; n < GOLDEN_COUNT; n++) {
        if (classifier_answer(model, golden_pictures + n * CLASSIFIER_PIXELS, found)) return "LiteRT does not answer";
        for (int place = 0; place < CLASSIFIER_CLASSES; place++) {
            const double off = fabs((double)found[place] - golden_probabilities[n * CLASSIFIER_CLASSES + place]);
            if (!(off <= GOLDEN_ALLOWED)) return "a golden picture is answered otherwise";
            if (off > *largest) *largest = off;
        }
    }
    for (int n = 0; n < PHOTO_COUNT; n++) {
        const uint32_t width = photos[n].width, height = photos[n].height;
        if (classifier_prepare(photos[n].rgb, width, height, 3, work, sizeof work, prepared) ||
            memcmp(prepared, photos[n].prepared, sizeof prepared) != 0)
            return "a photo is prepared otherwise";
        if (classifier_answer(model, prepared, expected) ||
            classifier_classify(model, photos[n].rgb, width, height, 3, found) !=
                (classifier_rejects(expected)  ? CLASSIFIER_REJECTED
                     : classifier_doubts(expected) ? CLASSIFIER_UNSURE
                                                   : PICTURE_OK) ||
            memcmp(found, expected, sizeof found) != 0)
            return "a photo is answered otherwise than what it becomes";
    }
    return NULL;
}

int main(int count, char **words) {
    classifier *model;
    double largest = 0;
    const char *wrong = classifier_open(count > 1 ? words[1] : "model.tflite", &model);
    if (!wrong) wrong = selftest(model, &largest);
    classifier_close(model);
    if (wrong) {
        printf("%s\n", wrong);
        return 1;
    }
    printf("%d photos are prepared to the byte, %d golden pictures are answered within %.4f of the float model\n",
           PHOTO_COUNT, GOLDEN_COUNT, largest);
    return 0;
}
