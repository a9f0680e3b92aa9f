/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the steps of a demonstration.
 */
#include <stdio.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"

bool demo_is_interrupted(const struct demo_options *options)
{
    const int number = options->board.cancel != NULL ? (int)*options->board.cancel : 0;
    return number != 0 && !demo_fail("interrupted", "by signal %d", number);
}

int demo_play(const struct demo_options *options, demo_act *const *steps, size_t count,
              void *context)
{
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        good = !demo_is_interrupted(options) && steps[i](context);
    }
    return good ? BOARD_OK : BOARD_FAILED;
}

int demo_sum_up(int64_t started, int result)
{
    (void)printf("\n%s: %u steps in %.1f s\n",
                 result == BOARD_OK ? "The demonstration's checks passed"
                                    : "THE DEMONSTRATION FAILED",
                 show_steps(), (double)(deadline_now_us() - started) / 1e6);
    return result;
}
