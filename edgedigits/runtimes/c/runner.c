/* Answers pictures that come through the standard input, for as long as they come.

   First it says in a line of JSON what model.h says of the model. A request is a number of
   pictures, uint32 with the lowest byte first, and the pictures; the reply is their answers. */

#include "model.h"

#include <stdio.h>

int main(void)
{
    static uint8_t pixels[MODEL_PIXELS], answer[MODEL_CLASSES];
    uint8_t head[4];

    printf("{\"digest\": \"%s\", \"pixels\": %d, \"classes\": %d, "
           "\"input\": [%.9g, %d], \"output\": [%.9g, %d]}\n",
           MODEL_DIGEST, MODEL_PIXELS, MODEL_CLASSES, (double)MODEL_INPUT_SCALE,
           MODEL_INPUT_ZERO_POINT, (double)MODEL_OUTPUT_SCALE, MODEL_OUTPUT_ZERO_POINT);
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
