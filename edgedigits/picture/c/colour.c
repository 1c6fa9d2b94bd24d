/* Part of edgedigits: how a picture becomes what a model sees. SPDX-License-Identifier: Apache-2.0 */

#include "picture.h"

#include <string.h>

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* One of red (0), green and blue of a pixel laid on white paper. */
static uint32_t on_white(const uint8_t *pixel, uint32_t channels, uint32_t colour) {
    if (channels == 1) return pixel[0];
    if (channels == 3 || pixel[3] == 255) return pixel[colour];
    const uint32_t alpha = pixel[3];
    return (pixel[colour] * alpha + 255 * (255 - alpha) + 127) / 255;
}

static int is_shape(uint32_t width, uint32_t height, uint32_t channels) {
    if (channels != 1 && channels != 3 && channels != 4) return 0;
    return width && height && height <= PICTURE_MOST_PIXELS / width;
}
