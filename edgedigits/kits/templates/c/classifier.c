/* Part of edgedigits. SPDX-License-Identifier: Apache-2.0 */

#define CONTRACT_TABLES
#include "classifier.h"

#if CONTRACT_LOGITS
#include <math.h>
#endif

#if CLASSIFIER_PIXELS != MODEL_PIXELS || CLASSIFIER_CLASSES != MODEL_CLASSES
#error "contract.h is of another model than model.h"
#endif

const char *const classifier_labels[CLASSIFIER_CLASSES] = {CONTRACT_LABELS};

/* prepare */

void classifier_store(const uint8_t prepared[CLASSIFIER_PIXELS], uint8_t stored[MODEL_PIXELS]) {
    for (size_t n = 0; n < CLASSIFIER_PIXELS; n++) {
        const size_t channel = n % CLASSIFIER_CHANNELS, pixel = n / CLASSIFIER_CHANNELS;
        const size_t from = CONTRACT_BGR ? CLASSIFIER_CHANNELS - 1 - channel : channel;
        const uint8_t level = prepared[pixel * CLASSIFIER_CHANNELS + from];
        const size_t place = CONTRACT_CHANNELS_FIRST ? channel * CLASSIFIER_HEIGHT * CLASSIFIER_WIDTH + pixel : n;
#if CONTRACT_SAME_LEVELS
        stored[place] = level;
#else
        stored[place] = contract_tables[channel * 256 + level];
#endif
    }
}

void classifier_answer(const uint8_t stored[MODEL_PIXELS], float probabilities[CLASSIFIER_CLASSES]) {
    static uint8_t answer[MODEL_CLASSES];
    model_answer(stored, answer);
    for (int n = 0; n < CLASSIFIER_CLASSES; n++)
        probabilities[n] = (float)(answer[n] - MODEL_OUTPUT_ZERO_POINT) * MODEL_OUTPUT_SCALE;
#if CONTRACT_LOGITS
    const float most = probabilities[classifier_best(probabilities)];
    float sum = 0;
    for (int n = 0; n < CLASSIFIER_CLASSES; n++) sum += probabilities[n] = expf(probabilities[n] - most);
    for (int n = 0; n < CLASSIFIER_CLASSES; n++) probabilities[n] /= sum;
#endif
}

int classifier_classify(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
                        uint8_t *work, size_t work_bytes, float probabilities[CLASSIFIER_CLASSES]) {
    static uint8_t prepared[CLASSIFIER_PIXELS], stored[MODEL_PIXELS];
    const int result = classifier_prepare(pixels, width, height, channels, work, work_bytes, prepared);
    if (result != PICTURE_OK) return result;
    classifier_store(prepared, stored);
    classifier_answer(stored, probabilities);
    return PICTURE_OK;
}

int classifier_best(const float probabilities[CLASSIFIER_CLASSES]) {
    int best = 0;
    for (int n = 1; n < CLASSIFIER_CLASSES; n++)
        if (probabilities[n] > probabilities[best]) best = n;
    return best;
}
