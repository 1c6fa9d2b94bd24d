/* Answers pictures that come through the standard input, for as long as they come.

   First it says what model.h says of the model: a digest of 64 letters, how many pixels and
   classes, how many bytes a pixel has, and the scale and the zero point of the input and of the
   output. A request is a number of pictures and the pictures; the reply is their answers. Numbers
   have four bytes, the lowest first; a scale is told by the bits of its float32. Pixels and answers
   are as they lie in memory. */

#include "model.h"

#include <stdio.h>
#include <string.h>

#ifndef MODEL_NUMBER
#define MODEL_NUMBER uint8_t
#endif

static void say(uint32_t number)
{
    for (int place = 0; place < 32; place += 8) {
        putchar((int)(number >> place & 0xFFu));
    }
}

static void say_scale(float scale)
{
    uint32_t bits;

    memcpy(&bits, &scale, sizeof bits);
    say(bits);
}

int main(void)
{
    static MODEL_NUMBER pixels[MODEL_PIXELS], answer[MODEL_CLASSES];
    static const char digest[64] = MODEL_DIGEST;
    uint8_t head[4];

    fwrite(digest, 1, sizeof digest, stdout);
    say(MODEL_PIXELS);
    say(MODEL_CLASSES);
    say((uint32_t)sizeof(MODEL_NUMBER));
    say_scale(MODEL_INPUT_SCALE);
    say((uint32_t)MODEL_INPUT_ZERO_POINT);
    say_scale(MODEL_OUTPUT_SCALE);
    say((uint32_t)MODEL_OUTPUT_ZERO_POINT);
    fflush(stdout);
    while (fread(head, 1, sizeof head, stdin) == sizeof head) {
        uint32_t count = head[0] | (uint32_t)head[1] << 8 | (uint32_t)head[2] << 16 |
                         (uint32_t)head[3] << 24;
        for (; count > 0; count--) {
            if (fread(pixels, 1, sizeof pixels, stdin) != sizeof pixels) {
                return 1;
            }
            model_answer(pixels, answer);
            fwrite(answer, 1, sizeof answer, stdout);
        }
        fflush(stdout);
    }
    return 0;
}
