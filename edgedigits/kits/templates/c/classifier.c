/* Part of edgedigits. SPDX-License-Identifier: Apache-2.0 */

#define CONTRACT_TABLES
#include "classifier.h"

#if CLASSIFIER_PIXELS != MODEL_PIXELS || CLASSIFIER_CLASSES != MODEL_CLASSES
#error "contract.h is of another model than model.h"
#endif

/* steps */

void classifier_answer(const uint8_t stored[MODEL_PIXELS], float probabilities[CLASSIFIER_CLASSES]) {
    static uint8_t answer[MODEL_CLASSES];
    model_answer(stored, answer);
    probabilities_of(answer, probabilities);
}

int classifier_classify(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
                        uint8_t *work, size_t work_bytes, float probabilities[CLASSIFIER_CLASSES]) {
    static uint8_t prepared[CLASSIFIER_PIXELS], stored[MODEL_PIXELS];
    const int result = classifier_prepare(pixels, width, height, channels, work, work_bytes, prepared);
    if (result != PICTURE_OK) return result;
    classifier_store(prepared, stored);
    classifier_answer(stored, probabilities);
    return worth_of(probabilities);
}
