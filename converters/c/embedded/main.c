/* Self-test: are the golden pictures answered with the very bytes that they shall be?

   It ends with 0 where they are, and with 1 at the first difference. On a board, call
   model_answer in the same way and compare the same arrays. */

#include "golden.h"
#include "model.h"

#include <stdio.h>
#include <string.h>

#if GOLDEN_PIXELS != MODEL_PIXELS || GOLDEN_CLASSES != MODEL_CLASSES
#error "golden.h is of another model than model.h"
#endif

int main(void)
{
    uint8_t answer[MODEL_CLASSES];

    if (strcmp(GOLDEN_DIGEST, MODEL_DIGEST) != 0) {
        printf("golden.h is of another model.c than model.h\n");
        return 1;
    }
    for (int i = 0; i < GOLDEN_COUNT; i++) {
        const uint8_t *expected = golden_answers + i * MODEL_CLASSES;
        model_answer(golden_pixels + i * MODEL_PIXELS, answer);
        for (int k = 0; k < MODEL_CLASSES; k++) {
            if (answer[k] != expected[k]) {
                printf("picture %d, class %d: %d instead of %d\n", i, k, answer[k], expected[k]);
                return 1;
            }
        }
    }
    printf("%d golden pictures are answered byte for byte\n", GOLDEN_COUNT);
    return 0;
}
