// The self-test, on the serial port. This sketch was compiled and run with a stand-in for Arduino.h, and on no board.
// SPDX-License-Identifier: Apache-2.0

#include <EdgeDigitsModel.h>

#include "selftest.h"

void setup() {
  Serial.begin(115200);
  delay(2000);
  const char *wrong = selftest();
  Serial.println(wrong ? wrong : "photos are prepared and golden pictures answered to the byte");

  // Your own frames go the same way, in grey (1), RGB (3) or RGBA (4):
  static uint8_t work[CLASSIFIER_WORK_BYTES(PHOTO_WIDEST, PHOTO_HIGHEST)];
  static float probabilities[CLASSIFIER_CLASSES];
  const int result = classifier_classify(photos[0].rgb, photos[0].width, photos[0].height, 3, work, sizeof work,
                                         probabilities);
  if (result == PICTURE_OK) Serial.println(classifier_labels[classifier_best(probabilities)]);
}

void loop() {}
