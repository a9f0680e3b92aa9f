/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the benchmark share (bench.h).
 */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "host/lib/fabric.h"
#include "tests/bench/bench.h"

unsigned bench_rounds(const struct bench *bench, unsigned full, unsigned quick)
{
    return bench->quick ? quick : full;
}

int64_t bench_now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

double bench_ms_since(int64_t start_ns)
{
    return (double)(bench_now_ns() - start_ns) / 1e6;
}

bool bench_cpu_time(const struct bench *bench, double *seconds)
{
    clockid_t clock;
    struct timespec used;
    if (bench->board.pid <= 0 || clock_getcpuclockid(bench->board.pid, &clock) != 0 ||
        clock_gettime(clock, &used) != 0) {
        return bench_fail("the CPU time of the board's process cannot be read");
    }
    *seconds = (double)used.tv_sec + (double)used.tv_nsec / 1e9;
    return true;
}

void bench_add_ms(struct bench *bench, enum figure figure, int64_t start_ns)
{
    figures_add(&bench->figures, figure, bench_ms_since(start_ns));
}

void bench_add_rate(struct bench *bench, enum figure figure, uint64_t bytes, int64_t start_ns)
{
    double seconds = bench_ms_since(start_ns) / 1000;
    figures_add(&bench->figures, figure, (double)bytes / BENCH_MIB / seconds);
}

bool bench_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fprintf(stderr, "bench: ");
    (void)vfprintf(stderr, format, arguments);
    (void)fprintf(stderr, "\n");
    va_end(arguments);
    return false;
}

bool bench_succeeded(const char *command, int result)
{
    return result == SEV_STATUS_SUCCESS || bench_fail("%s: %s", command, sev_result_text(result));
}

bool bench_allocate(struct bench *bench, uint64_t length, uint64_t *paddr)
{
    *paddr = dram_allocate(&bench->board.dram, 0, length, DRAM_PAGE_BYTES);
    return *paddr != 0 || bench_fail("no x86 memory left");
}

void *bench_pointer(const struct bench *bench, uint64_t paddr, uint64_t length)
{
    return dram_pointer(&bench->board.dram, paddr, length);
}

bool bench_activate(struct bench *bench, uint32_t handle, uint32_t asid)
{
    struct sev_activate activate = {.handle = handle, .asid = asid};
    if (bench->board.fabric_file.bytes != NULL) {
        fabric_report_wbinvd_all(bench->board.fabric_file.bytes);
    }
    return bench_succeeded("DF_FLUSH", sev_df_flush(&bench->board)) &&
           bench_succeeded("ACTIVATE", sev_activate(&bench->board, &activate));
}

bool bench_finish_launch(struct bench *bench, uint32_t handle)
{
    struct sev_measurement measurement;
    struct sev_handle finish = {.handle = handle};
    return bench_succeeded("LAUNCH_MEASURE",
                           sev_measure_launch(&bench->board, handle, &measurement)) &&
           bench_succeeded("LAUNCH_FINISH", sev_launch_finish(&bench->board, &finish));
}

bool bench_end_guest(struct bench *bench, uint32_t handle)
{
    struct sev_guest_status status = {.handle = handle};
    struct sev_handle guest = {.handle = handle};
    return bench_succeeded("GUEST_STATUS", sev_guest_status(&bench->board, &status)) &&
           (status.asid == 0 ||
            bench_succeeded("DEACTIVATE", sev_deactivate(&bench->board, &guest))) &&
           bench_succeeded("DECOMMISSION", sev_decommission(&bench->board, &guest));
}
