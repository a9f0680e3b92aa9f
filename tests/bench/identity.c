/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands that make or load the platform's keys.
 */
#include "tests/bench/bench.h"

#define STATUS_GUESTS 3u

static bool shut_down(struct bench *bench)
{
    return bench_succeeded("SHUTDOWN", sev_shutdown(&bench->board));
}

static bool initialise(struct bench *bench, enum figure figure)
{
    struct sev_init init = {0};
    int64_t started = bench_now_ns();
    int result = sev_init(&bench->board, &init);
    bench_add_ms(bench, figure, started);
    return bench_succeeded("INIT", result);
}

/* INIT on an erased store, then on a full one. */
static bool measure_init(struct bench *bench)
{
    return bench_succeeded("PLATFORM_RESET", sev_platform_reset(&bench->board)) &&
           initialise(bench, FIGURE_INIT_FIRST_MS) && shut_down(bench) &&
           initialise(bench, FIGURE_INIT_MS) && shut_down(bench);
}

static bool measure_generation(struct bench *bench)
{
    int64_t started = bench_now_ns();
    int result = sev_pek_gen(&bench->board);
    bench_add_ms(bench, FIGURE_PEK_GEN_MS, started);
    if (!bench_succeeded("PEK_GEN", result)) {
        return false;
    }
    started = bench_now_ns();
    result = sev_pdh_gen(&bench->board);
    bench_add_ms(bench, FIGURE_PDH_GEN_MS, started);
    return bench_succeeded("PDH_GEN", result);
}

/* What was measured on a real chip: PDH_GEN and three GUEST_STATUS. */
static bool measure_with_status(struct bench *bench)
{
    uint32_t handle = SEV_HANDLE_INVALID;
    int result = sev_start_launch(&bench->board, 0, NULL, NULL, &handle);
    if (!bench_succeeded("LAUNCH_START", result)) {
        return false;
    }
    int64_t started = bench_now_ns();
    result = sev_pdh_gen(&bench->board);
    for (unsigned i = 0; i < STATUS_GUESTS && result == SEV_STATUS_SUCCESS; i++) {
        struct sev_guest_status status = {.handle = handle};
        result = sev_guest_status(&bench->board, &status);
    }
    bench_add_ms(bench, FIGURE_PDH_GEN_STATUS_MS, started);
    return bench_succeeded("PDH_GEN, GUEST_STATUS", result) && bench_end_guest(bench, handle);
}

bool bench_identity(struct bench *bench)
{
    struct sev_init init = {0};
    for (unsigned left = bench_rounds(bench, 5, 1); left > 0; left--) {
        if (!measure_init(bench)) {
            return false;
        }
    }
    if (!bench_succeeded("INIT", sev_init(&bench->board, &init))) {
        return false;
    }
    for (unsigned left = bench_rounds(bench, 10, 2); left > 0; left--) {
        if (!measure_generation(bench) || !measure_with_status(bench)) {
            return false;
        }
    }
    return true;
}
