/* Part of edgedigits. SPDX-License-Identifier: Apache-2.0 */

#include "include/CClassifier.h"

#include "selftest.h"

int32_t cclassifier_classes(void) { return CLASSIFIER_CLASSES; }

const char *cclassifier_label(int32_t place) { return classifier_labels[place]; }

size_t cclassifier_work_bytes(uint32_t width, uint32_t height) {
    (void)width;
    (void)height;
    return CLASSIFIER_WORK_BYTES(width, height);
}

int32_t cclassifier_classify(const uint8_t *rgba, uint32_t width, uint32_t height, uint8_t *work, size_t work_bytes,
                             float *probabilities) {
    return classifier_classify(rgba, width, height, 4, work, work_bytes, probabilities);
}

const char *cclassifier_selftest(void) { return selftest(); }
