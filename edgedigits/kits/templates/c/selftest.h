/* Are photos prepared, and golden pictures answered, to the byte as they shall be?
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SELFTEST_H
#define SELFTEST_H

#include "classifier.h"
#include "golden.h"
#include "photos.h"

#include <string.h>

#if GOLDEN_PIXELS != MODEL_PIXELS || GOLDEN_CLASSES != MODEL_CLASSES
#error "golden.h is of another model than model.h"
#endif

/* What is wrong, in a few words; null where nothing is. */
static const char *selftest(void) {
    static uint8_t work[CLASSIFIER_WORK_BYTES(PHOTO_WIDEST, PHOTO_HIGHEST)];
    static uint8_t prepared[CLASSIFIER_PIXELS], stored[MODEL_PIXELS], answer[MODEL_CLASSES];
    static float found[CLASSIFIER_CLASSES], expected[CLASSIFIER_CLASSES];

    if (strcmp(GOLDEN_DIGEST, MODEL_DIGEST) != 0) return "golden.h is of another model.c than model.h";
    for (int n = 0; n < GOLDEN_COUNT; n++) {
        model_answer(golden_pixels + n * MODEL_PIXELS, answer);
        if (memcmp(answer, golden_answers + n * MODEL_CLASSES, MODEL_CLASSES) != 0)
            return "a golden picture is answered otherwise";
    }
    for (int n = 0; n < PHOTO_COUNT; n++) {
        if (classifier_prepare(photos[n].rgb, photos[n].width, photos[n].height, 3, work, sizeof work, prepared) ||
            memcmp(prepared, photos[n].prepared, sizeof prepared) != 0)
            return "a photo is prepared otherwise";
        classifier_store(prepared, stored);
        if (memcmp(stored, photos[n].stored, sizeof stored) != 0) return "the model is given other numbers";
        classifier_answer(stored, expected);
        const int result =
            classifier_classify(photos[n].rgb, photos[n].width, photos[n].height, 3, work, sizeof work, found);
        if (result != (classifier_rejects(expected)  ? CLASSIFIER_REJECTED
                       : classifier_doubts(expected) ? CLASSIFIER_UNSURE
                                                     : PICTURE_OK) ||
            memcmp(found, expected, sizeof found) != 0)
            return "a photo is answered otherwise than what it becomes";
    }
    return NULL;
}

#endif
