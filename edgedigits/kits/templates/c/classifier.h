/* A photo in, a probability for each label out.
 *
 *     static uint8_t work[CLASSIFIER_WORK_BYTES(320, 240)];
 *     float probabilities[CLASSIFIER_CLASSES];
 *     if (classifier_classify(frame, 320, 240, 1, work, sizeof work, probabilities) == PICTURE_OK)
 *         puts(classifier_labels[classifier_best(probabilities)]);
 *
 * One call at a time. No heap. SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLASSIFIER_H
#define CLASSIFIER_H

#include "contract.h"
#include "model.h"
#include "picture.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* CLASSIFIER_CLASSES names, UTF-8. */
extern const char *const classifier_labels[CLASSIFIER_CLASSES];

/* What classifier_classify returns beside what picture.h has. */
#define CLASSIFIER_REJECTED 100 /* what the picture shows is none of the classes */
#define CLASSIFIER_UNSURE 102   /* it shows one of the classes, but which is a guess */

/* Prepares a photo and lets the model answer.
 *
 * pixels         rows from the top, without gaps; only read.
 * channels       1 for grey levels; 3 for red, green and blue; 4 for these and alpha.
 * work           at least CLASSIFIER_WORK_BYTES(width, height), of any alignment.
 * probabilities  in the order of classifier_labels. Written where it returns PICTURE_OK, CLASSIFIER_UNSURE or
 *                CLASSIFIER_REJECTED.
 *
 * Returns PICTURE_OK or what else is the matter: one of those above, or see picture.h.
 */
int classifier_classify(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
                        uint8_t *work, size_t work_bytes, float probabilities[CLASSIFIER_CLASSES]);

/* The likeliest of the classes: a place in classifier_labels. */
int classifier_best(const float probabilities[CLASSIFIER_CLASSES]);

/* Whether such an answer is one to a picture of none of the classes, by the rule of `edgedigits predict`; 0 for every
 * answer where the bundle has no such rule. Whether it is unsure: the best of the classes is then a guess. */
int classifier_rejects(const float probabilities[CLASSIFIER_CLASSES]);
int classifier_doubts(const float probabilities[CLASSIFIER_CLASSES]);

/* The steps of classifier_classify, for who has prepared pictures: the picture of a photo, rows of
 * CLASSIFIER_WIDTH pixels in grey or red, green, blue; what the model takes of it; its answer. */
int classifier_prepare(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
                       uint8_t *work, size_t work_bytes, uint8_t prepared[CLASSIFIER_PIXELS]);
void classifier_store(const uint8_t prepared[CLASSIFIER_PIXELS], uint8_t stored[MODEL_PIXELS]);
void classifier_answer(const uint8_t stored[MODEL_PIXELS], float probabilities[CLASSIFIER_CLASSES]);

#ifdef __cplusplus
}
#endif

#endif
