/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a board takes to start, and what it costs while it has nothing to do.
 */
#include <stdio.h>
#include <string.h>

#include "abi/mailbox.h"
#include "host/lib/deadline.h"
#include "host/lib/status.h"
#include "tests/bench/bench.h"

#define READY_TEXT "ready after "
#define SETTLE_US 200000
#define LINE_BYTES 256
#define LOG_MS 20000
#define LOG_STEP_US 20000
#define ANSWER_US 2000000 /* far longer than a look takes to come */

/* Takes the firmware's own statement from its log, if it is there. */
static bool find_firmware_ready(const struct bench *bench, unsigned *milliseconds)
{
    char path[PATH_MAX];
    char line[LINE_BYTES];
    bool found = false;
    FILE *log = board_path(path, bench->board.directory, "run/uart.log") ? fopen(path, "r") : NULL;
    while (log != NULL && !found && fgets(line, sizeof line, log) != NULL) {
        const char *text = strstr(line, READY_TEXT);
        found = text != NULL && sscanf(text, READY_TEXT "%u ms", milliseconds) == 1;
    }
    if (log != NULL) {
        (void)fclose(log);
    }
    return found;
}

/* It is written right after the firmware has opened the mailbox. */
static bool read_firmware_ready(struct bench *bench)
{
    const int64_t deadline = deadline_after(LOG_MS);
    unsigned milliseconds = 0;
    while (!find_firmware_ready(bench, &milliseconds)) {
        if (deadline_left_ms(deadline) == 0) {
            return bench_fail("the log does not say when the firmware was ready");
        }
        deadline_sleep_us(LOG_STEP_US);
    }
    figures_add(&bench->figures, FIGURE_FIRMWARE_READY_MS, milliseconds);
    return true;
}

static bool start(struct bench *bench)
{
    int64_t started = bench_now_ns();
    if (board_start(&bench->board, &bench->options) != BOARD_OK) {
        return bench_fail("%s", bench->board.message);
    }
    bench_add_ms(bench, FIGURE_BOOT_MS, started);
    return read_firmware_ready(bench);
}

/* What the firmware says encrypts memory. */
static bool read_engine(struct bench *bench)
{
    struct fabric_status block;
    const uint8_t *fabric = bench->board.fabric_file.bytes;
    if (fabric == NULL || status_copy(fabric, STATUS_TIMEOUT_MS, &block) != STATUS_SERVING) {
        return bench_fail("the board does not say what encrypts memory");
    }
    memcpy(bench->engine, block.engine, sizeof block.engine);
    return true;
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
    return read_engine(bench);
}

static bool measure_idle(struct bench *bench, enum figure figure)
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
        figures_add(&bench->figures, figure,
                    100 * (after - before) / (bench_ms_since(started) / 1000));
    }
    return true;
}

/* A command of a client that writes registers only. */
static bool give_silent_command(struct bench *bench)
{
    struct mailbox_client *client = &bench->board.mailbox;
    const int64_t started = bench_now_ns();
    mailbox_write(client, MAILBOX_CMDRESP, SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT);
    while ((mailbox_read(client, MAILBOX_CMDRESP) & MAILBOX_CMDRESP_RESPONSE) == 0) {
        if (bench_ms_since(started) * 1000 > ANSWER_US) {
            return bench_fail("a command without a doorbell byte is not answered");
        }
        deadline_sleep_us(1000);
    }
    return true;
}

bool bench_idle(struct bench *bench)
{
    return bench_succeeded("NOP", sev_nop(&bench->board)) &&
           measure_idle(bench, FIGURE_IDLE_PERCENT) && give_silent_command(bench) &&
           measure_idle(bench, FIGURE_IDLE_WITHOUT_DOORBELL_PERCENT);
}
