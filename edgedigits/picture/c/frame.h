/* A photo of anything at the height and width that a model takes, in whole numbers.
 *
 * The same bytes as edgedigits gives in Python and in JavaScript; docs/picture.md there has the
 * steps. C99, no heap, no work area, no floating point, no recursion; nothing of the library but
 * string.h. About 200 bytes of stack.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PICTURE_FRAME_H
#define PICTURE_FRAME_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PICTURE_MOST_PIXELS 40000000
#define PICTURE_LONGEST_SIDE 32767 /* of the framed picture */

enum picture_result {
    PICTURE_OK = 0,
    PICTURE_WRONG_SHAPE = 2, /* a side of 0, too many pixels, or channels other than said below */
    PICTURE_WRONG_MODE = 4
};

/* What becomes of a photo whose shape is another than the framed picture's. */
enum picture_mode {
    PICTURE_STRETCH = 0, /* the whole photo, made narrower or lower */
    PICTURE_CROP = 1,    /* the largest part in the middle that has the right shape */
    PICTURE_PAD = 2      /* the whole photo in the middle, between bars */
};

/* Pixels in rows from the top, without gaps. */
typedef struct {
    const uint8_t *pixels;
    uint32_t width, height;
    uint32_t channels; /* 1 for grey; 3 for red, green, blue; 4 for these and alpha, laid on white */
} picture_photo;

/* Frames a photo.
 *
 * mode        of enum picture_mode.
 * fill        red, green and blue of the bars of PICTURE_PAD.
 * framed      height rows of width pixels of `channels` bytes: 3 for colours, 1 for grey.
 *
 * Returns PICTURE_OK or what else is the matter; `framed` is written on success only.
 */
int picture_frame(const picture_photo *photo, int mode, const uint8_t fill[3], uint32_t width,
                  uint32_t height, uint32_t channels, uint8_t *framed);

#ifdef __cplusplus
}
#endif

#endif
