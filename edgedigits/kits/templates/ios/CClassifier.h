/* What Swift sees of the classifier. SPDX-License-Identifier: Apache-2.0 */
#ifndef CCLASSIFIER_H
#define CCLASSIFIER_H

#include <stddef.h>
#include <stdint.h>

int32_t cclassifier_classes(void);
/* The name of a class, UTF-8. */
const char *cclassifier_label(int32_t place);
/* Bytes of work that a photo of this size needs. */
size_t cclassifier_work_bytes(uint32_t width, uint32_t height);
/* Probabilities of RGBA pixels, in the order of the classes. Returns 0, or what is the matter: 1 for a blank photo; 100
 * where the photo shows none of the classes, 102 where the likeliest is a guess, with probabilities all the same. One
 * call at a time. */
int32_t cclassifier_classify(const uint8_t *rgba, uint32_t width, uint32_t height, uint8_t *work, size_t work_bytes,
                             float *probabilities);
/* What is wrong on this device, in a few words; null where nothing is. */
const char *cclassifier_selftest(void);

#endif
