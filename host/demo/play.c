/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the steps of a demonstration.
 */
#include <stdio.h>

#include "host/demo/demo.h"
#include "host/lib/deadline.h"

int demo_play(demo_act *const *steps, size_t count, void *context)
{
    int64_t started = deadline_now_us();
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        good = steps[i](context);
    }
    (void)printf("\n%s in %.1f s\n", good ? "All checks passed" : "THE DEMONSTRATION FAILED",
                 (double)(deadline_now_us() - started) / 1e6);
    return good ? BOARD_OK : BOARD_FAILED;
}
