/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shortest round trip through the mailbox, with the doorbell and IOC, as Linux uses it.
 */
#include "tests/bench/bench.h"

#define ROUND_COMMANDS 2000u
#define WARM_UP_COMMANDS 200u

bool bench_nop(struct bench *bench)
{
    static double microseconds[ROUND_COMMANDS];
    const unsigned commands = bench_rounds(bench, ROUND_COMMANDS, 500);
    for (unsigned i = 0; i < WARM_UP_COMMANDS; i++) {
        if (!bench_succeeded("NOP", sev_nop(&bench->board))) {
            return false;
        }
    }
    for (unsigned left = bench_rounds(bench, 10, 2); left > 0; left--) {
        for (unsigned i = 0; i < commands; i++) {
            int64_t started = bench_now_ns();
            int result = sev_nop(&bench->board);
            microseconds[i] = bench_ms_since(started) * 1000;
            if (!bench_succeeded("NOP", result)) {
                return false;
            }
        }
        figures_add(&bench->figures, FIGURE_NOP_P50_US,
                    figures_percentile(microseconds, commands, 50));
        figures_add(&bench->figures, FIGURE_NOP_P99_US,
                    figures_percentile(microseconds, commands, 99));
    }
    return true;
}
