/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a board takes to start, and what it costs while it has nothing to do.
 */
#include <stdio.h>
#include <string.h>

#include "host/lib/deadline.h"
#include "tests/bench/bench.h"

#define READY_TEXT "ready after "
#define SETTLE_US 200000
#define LINE_BYTES 256

/* Takes the firmware's own statement from its log. */
static bool read_firmware_ready(struct bench *bench)
{
    char path[PATH_MAX];
    char line[LINE_BYTES];
    unsigned milliseconds;
    bool found = false;
    FILE *log = board_path(path, bench->board.directory, "run/uart.log") ? fopen(path, "r") : NULL;
    while (log != NULL && !found && fgets(line, sizeof line, log) != NULL) {
        const char *text = strstr(line, READY_TEXT);
        found = text != NULL && sscanf(text, READY_TEXT "%u ms", &milliseconds) == 1;
    }
    if (log != NULL) {
        (void)fclose(log);
    }
    if (found) {
        figures_add(&bench->figures, FIGURE_FIRMWARE_READY_MS, milliseconds);
    }
    return found || bench_fail("the log does not say when the firmware was ready");
}

static bool start(struct bench *bench)
{
    int64_t started = bench_now_ns();
    if (board_start(&bench->board, &bench->options) != BOARD_OK) {
        return bench_fail("%s", bench->board.message);
    }
    bench_add_ms(bench, FIGURE_BOOT_MS, started);
    /* The firmware writes its line right after it has opened the mailbox. */
    deadline_sleep_us(SETTLE_US);
    return read_firmware_ready(bench);
}

bool bench_boot(struct bench *bench)
{
    for (unsigned left = bench_rounds(bench, 5, 1); left > 0; left--) {
        if (!start(bench)) {
            return false;
        }
        if (left > 1 && board_stop(&bench->board) != BOARD_OK) {
            return bench_fail("%s", bench->board.message);
        }
    }
    return true;
}

bool bench_idle(struct bench *bench)
{
    const int64_t period_us = bench->quick ? 1000000 : 3000000;
    for (unsigned left = bench_rounds(bench, 3, 1); left > 0; left--) {
        double before;
        double after;
        deadline_sleep_us(SETTLE_US);
        int64_t started = bench_now_ns();
        if (!bench_cpu_time(bench, &before)) {
            return false;
        }
        deadline_sleep_us(period_us);
        if (!bench_cpu_time(bench, &after)) {
            return false;
        }
        figures_add(&bench->figures, FIGURE_IDLE_PERCENT,
                    100 * (after - before) / (bench_ms_since(started) / 1000));
    }
    return true;
}
