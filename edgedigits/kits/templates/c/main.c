/* The self-test as a program. SPDX-License-Identifier: Apache-2.0 */

#include "selftest.h"

#include <stdio.h>

int main(void) {
    const char *wrong = selftest();
    if (wrong) {
        printf("%s\n", wrong);
        return 1;
    }
    printf("%d photos are prepared, %d golden pictures answered to the byte\n", PHOTO_COUNT, GOLDEN_COUNT);
    return 0;
}
