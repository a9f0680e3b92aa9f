/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command by ioctl of a program that `virtasp exec` runs, against the same command of a client that
 * holds the mailbox.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/bench/bench.h"

#define CALLS 1000u
#define LINE_BYTES 64
#define OTHER_CLIENT_MS 10000

/* Another program on the machine makes a round slower, never faster: as many as it takes to meet what
 * tests/bench/run.sh wants, within reason. */
#define QUICK_ROUNDS 20u
#define QUICK_IOCTL_US 1000
#define QUICK_ADDED_US 200

static bool measure_direct(struct bench *bench, unsigned calls, double *microseconds)
{
    static double samples[CALLS];
    for (unsigned i = 0; i < calls; i++) {
        struct sev_platform_status status = {0};
        const int64_t started = bench_now_ns();
        const int result = sev_platform_status(&bench->board, &status);
        samples[i] = bench_ms_since(started) * 1000;
        if (!bench_succeeded("PLATFORM_STATUS", result)) {
            return false;
        }
    }
    *microseconds = figures_percentile(samples, calls, 50);
    return true;
}

/* Runs the program, which prints its median. */
static bool measure_program(const struct bench *bench, unsigned calls, double *microseconds)
{
    char command[3 * PATH_MAX];
    char line[LINE_BYTES] = "";
    (void)snprintf(command, sizeof command,
                   "'%s/host/virtasp' exec --no-guest '%s' -- '%s/tests/exec-client' rate %u",
                   bench->build, bench->options.directory, bench->build, calls);
    FILE *pipe = popen(command, "r");
    const bool read_it = pipe != NULL && fgets(line, sizeof line, pipe) != NULL;
    const bool ended = pipe != NULL && pclose(pipe) == 0;
    *microseconds = strtod(line, NULL);
    return (read_it && ended && *microseconds > 0) || bench_fail("%s", command);
}

/* Where a sandbox forbids what exec needs, there is nothing to measure. */
static bool is_possible(const struct bench *bench)
{
    char path[PATH_MAX];
    char command[PATH_MAX + 64];
    struct stat status;
    if (bench->build == NULL ||
        snprintf(path, sizeof path, "%s/tests/exec-client", bench->build) >= (int)sizeof path ||
        stat(path, &status) != 0) {
        return false;
    }
    (void)snprintf(command, sizeof command,
                   "'%s/host/virtasp' exec . -- true 2>&1 | grep -q 'answered "
                   "here\\|(ptrace)\\|like, already'",
                   bench->build);
    return system(command) != 0;
}

bool bench_exec(struct bench *bench)
{
    struct board *board = &bench->board;
    const unsigned calls = bench_rounds(bench, CALLS, 200);
    char doorbell[PATH_MAX];
    double direct = 0;
    double program = 0;
    if (!is_possible(bench)) {
        return true;
    }
    const bool quick = bench->quick;
    bool met = false;
    for (unsigned left = bench_rounds(bench, 5, QUICK_ROUNDS); left > 0 && !(quick && met);
         left--) {
        if (!measure_direct(bench, calls, &direct)) {
            return false;
        }
        mailbox_close(&board->mailbox);
        const bool done = measure_program(bench, calls, &program);
        if (!board_path(doorbell, bench->options.directory, "run/doorbell") ||
            mailbox_open(&board->mailbox, board->mailbox_file.bytes, board->mailbox_file.descriptor,
                         doorbell, OTHER_CLIENT_MS) != MAILBOX_OK) {
            return bench_fail("the mailbox is not to be had again");
        }
        if (!done) {
            return false;
        }
        figures_add(&bench->figures, FIGURE_EXEC_IOCTL_US, program);
        figures_add(&bench->figures, FIGURE_EXEC_ADDED_US, program > direct ? program - direct : 0);
        met = program < QUICK_IOCTL_US && program - direct < QUICK_ADDED_US;
    }
    return true;
}
