/* Any picture to the 28x28 grey levels that a model of handwritten digits takes, in whole numbers.
 *
 * The same bytes as edgedigits gives in Python and in JavaScript; docs/picture.md there has the
 * steps. C99, no heap, no floating point, no recursion; of the library string.h alone.
 *
 *     static uint8_t work[PICTURE_DIGIT_WORK_BYTES(320, 240)];
 *     uint8_t digit[PICTURE_DIGIT_BYTES];
 *     if (picture_digit(frame, 320, 240, 1, work, sizeof work, digit) == PICTURE_OK) ...
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PICTURE_DIGIT_H
#define PICTURE_DIGIT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PICTURE_DIGIT_BYTES 784
#define PICTURE_MOST_PIXELS 40000000

enum picture_result {
    PICTURE_OK = 0,
    PICTURE_NO_INK = 1,         /* nothing stands out from the paper, or only specks do */
    PICTURE_WRONG_SHAPE = 2,    /* a side of 0, too many pixels, or channels other than 1, 3, 4 */
    PICTURE_WORK_TOO_SMALL = 3
};

/* Bytes of work for a picture of w x h pixels, as a constant for the size of an array; w times h
 * at most PICTURE_MOST_PIXELS. 10,263 for 28x28, 16,867 for 96x96, 26,307 for 320x240, 59,267 for
 * 640x480. Pictures longer than 1024 pixels are reduced first, and what they become is kept too:
 * 869,075 for 4000x3000, and never more than 1,209,347. There are 2 kB of stack besides.
 */
#define PICTURE_DIGIT_WORK_BYTES(w, h)                                                            \
    PICTURE_BYTES_(PICTURE_REDUCED_(w, w, h), PICTURE_REDUCED_(h, w, h),                          \
                   PICTURE_FACTOR_(w, h) > 1)

/* Makes the digit of a picture.
 *
 * pixels      rows from the top, without gaps; only read.
 * channels    1 for grey levels; 3 for red, green and blue; 4 for these and alpha, laid on white.
 * work        at least PICTURE_DIGIT_WORK_BYTES(width, height), of any alignment.
 * digit       28 rows of 28 levels, ink bright on dark, its brightest 255. Written on success only.
 *
 * Returns PICTURE_OK or what else is the matter. Calls with works of their own may run at once.
 */
int picture_digit(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
                  uint8_t *work, size_t work_bytes, uint8_t digit[PICTURE_DIGIT_BYTES]);

/* What the macro above is made of: the reduction by a whole factor, the cells of the paper's map, and
 * the parts of the work in the order in which they lie there. */
#define PICTURE_LARGER_(a, b) ((size_t)(a) > (size_t)(b) ? (size_t)(a) : (size_t)(b))
#define PICTURE_CEIL_(a, b) (((size_t)(a) + (size_t)(b) - 1) / (size_t)(b))
#define PICTURE_FACTOR_(w, h) PICTURE_CEIL_(PICTURE_LARGER_(w, h), 1024)
#define PICTURE_REDUCED_(side, w, h) PICTURE_CEIL_(side, PICTURE_FACTOR_(w, h))
#define PICTURE_CELL_(w, h) PICTURE_CEIL_(PICTURE_LARGER_(w, h), 64)
#define PICTURE_PIECES_BYTES_(w) PICTURE_LARGER_(20 * PICTURE_CEIL_(w, 2), 640)
#define PICTURE_MAP_BYTES_(w, h)                                                                  \
    (2 * PICTURE_CEIL_(w, PICTURE_CELL_(w, h)) * PICTURE_CEIL_(h, PICTURE_CELL_(w, h)))
#define PICTURE_GRID_BYTES_(w, h) PICTURE_LARGER_(6400, PICTURE_MAP_BYTES_(w, h))
#define PICTURE_MASK_BYTES_(w, h)                                                                 \
    PICTURE_LARGER_(2 * PICTURE_CEIL_(PICTURE_CEIL_(w, 8) * (size_t)(h), 2),                      \
                    PICTURE_MAP_BYTES_(w, h))
#define PICTURE_BYTES_(w, h, is_reduced)                                                          \
    (3 + PICTURE_PIECES_BYTES_(w) + PICTURE_MAP_BYTES_(w, h) + PICTURE_GRID_BYTES_(w, h) +        \
     PICTURE_MASK_BYTES_(w, h) + 3 * (size_t)(w) + ((is_reduced) ? (size_t)(w) * (size_t)(h) : 0))

#ifdef __cplusplus
}
#endif

#endif
