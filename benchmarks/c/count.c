/* Instructions of one picture on an emulated Cortex-M, in a model's own golden pictures.

   QEMU's timer goes on with the instructions (-icount shift=0), some in a tick: the first line tells
   the ticks of a loop of three million instructions, each other one those of a picture. */

#include "golden.h"
#include "model.h"

#include <stdio.h>

#ifndef MODEL_NUMBER
#define MODEL_NUMBER uint8_t
#endif

#define TIMER_CONTROL (*(volatile uint32_t *)0xE000E010)
#define TIMER_RELOAD (*(volatile uint32_t *)0xE000E014)
#define TIMER_NOW (*(volatile uint32_t *)0xE000E018)
#define TIMER_BITS 0xFFFFFFu
#define LOOPS 1000000u

static uint32_t ticks_of_the_loop(void)
{
    uint32_t left = LOOPS;
    const uint32_t start = TIMER_NOW;
    __asm volatile(".syntax unified\n1: subs %0, %0, #1\n nop\n bne 1b" : "+l"(left)::"cc");
    return (start - TIMER_NOW) & TIMER_BITS;
}

int main(void)
{
    MODEL_NUMBER answer[MODEL_CLASSES];

    TIMER_RELOAD = TIMER_BITS;
    TIMER_NOW = 0;
    TIMER_CONTROL = 5;
    printf("%lu\n", (unsigned long)ticks_of_the_loop());
    for (int n = 0; n < GOLDEN_COUNT; n++) {
        const uint32_t start = TIMER_NOW;
        model_answer(golden_pixels + n * MODEL_PIXELS, answer);
        const uint32_t ticks = (start - TIMER_NOW) & TIMER_BITS;
        for (int k = 0; k < MODEL_CLASSES; k++) {
            if (answer[k] != golden_answers[n * MODEL_CLASSES + k]) {
                return 1;
            }
        }
        printf("%lu\n", (unsigned long)ticks);
    }
    return 0;
}
