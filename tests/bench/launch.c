/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Launching guests: alone, with a guest owner's session, and with data.
 */
#include <string.h>

#include "host/lib/owner.h"
#include "tests/bench/bench.h"

#define POLICY 0u
#define WHOLE_LAUNCH_BYTES (4u * BENCH_MIB)

/* A guest owner, and what it gives to the hypervisor. */
struct session {
    struct owner owner;
    struct sev_certificate certificate;
    struct sev_session session;
};

/* Makes an owner that trusts the platform's present PDH. */
static bool open_session(struct bench *bench, struct session *session)
{
    static struct sev_certificate_chain chain;
    struct sev_certificate pdh;
    int result = sev_export_certificates(&bench->board, &pdh, &chain);
    return (owner_open(&session->owner, POLICY) || bench_fail("guest owner")) &&
           bench_succeeded("PDH_CERT_EXPORT", result) &&
           ((owner_certificate(&session->owner, &session->certificate) &&
             owner_make_session(&session->owner, &pdh, &session->session)) ||
            bench_fail("guest owner's session"));
}

static bool start_without_owner(struct bench *bench)
{
    uint32_t handle = SEV_HANDLE_INVALID;
    int64_t started = bench_now_ns();
    int result = sev_start_launch(&bench->board, POLICY, NULL, NULL, &handle);
    bench_add_ms(bench, FIGURE_LAUNCH_START_MS, started);
    return bench_succeeded("LAUNCH_START", result) && bench_end_guest(bench, handle);
}

static bool start_with_owner(struct bench *bench, const struct session *session)
{
    uint32_t handle = SEV_HANDLE_INVALID;
    struct sev_measurement measurement;
    int64_t started = bench_now_ns();
    int result =
        sev_start_launch(&bench->board, POLICY, &session->certificate, &session->session, &handle);
    double start_ms = bench_ms_since(started);
    figures_add(&bench->figures, FIGURE_LAUNCH_START_OWNER_MS, start_ms);
    if (!bench_succeeded("LAUNCH_START", result) || !bench_activate(bench, handle, BENCH_ASID)) {
        return false;
    }
    started = bench_now_ns();
    result = sev_measure_launch(&bench->board, handle, &measurement);
    figures_add(&bench->figures, FIGURE_LAUNCH_MS, start_ms + bench_ms_since(started));
    return bench_succeeded("LAUNCH_MEASURE", result) && bench_end_guest(bench, handle);
}

/* Everything a hypervisor does to launch a guest whose firmware has 4 MiB. */
static bool launch_whole(struct bench *bench, const struct session *session, uint64_t paddr)
{
    uint32_t handle = SEV_HANDLE_INVALID;
    int64_t started = bench_now_ns();
    int result =
        sev_start_launch(&bench->board, POLICY, &session->certificate, &session->session, &handle);
    struct sev_launch_update update = {
        .handle = handle, .paddr = paddr, .length = WHOLE_LAUNCH_BYTES};
    bool done =
        bench_succeeded("LAUNCH_START", result) && bench_activate(bench, handle, BENCH_ASID) &&
        bench_succeeded("LAUNCH_UPDATE_DATA", sev_launch_update_data(&bench->board, &update)) &&
        bench_finish_launch(bench, handle);
    bench_add_ms(bench, FIGURE_LAUNCH_4MIB_MS, started);
    return done && bench_end_guest(bench, handle);
}

bool bench_launch_start(struct bench *bench)
{
    static struct session session;
    uint64_t paddr;
    bool done = bench_allocate(bench, WHOLE_LAUNCH_BYTES, &paddr) && open_session(bench, &session);
    for (unsigned left = bench_rounds(bench, 10, 2); left > 0 && done; left--) {
        done = start_without_owner(bench) && start_with_owner(bench, &session) &&
               launch_whole(bench, &session, paddr);
    }
    owner_close(&session.owner);
    dram_free_all(&bench->board.dram);
    return done;
}

/* One page at a time, as SNP_LAUNCH_UPDATE of one page was measured. */
static bool measure_pages(struct bench *bench, uint32_t handle, uint64_t paddr)
{
    struct sev_launch_update update = {.handle = handle, .length = DRAM_PAGE_BYTES};
    for (unsigned page = 0; page < bench_rounds(bench, 200, 20); page++) {
        update.paddr = paddr + page * DRAM_PAGE_BYTES;
        int64_t started = bench_now_ns();
        int result = sev_launch_update_data(&bench->board, &update);
        bench_add_ms(bench, FIGURE_LAUNCH_PAGE_MS, started);
        if (!bench_succeeded("LAUNCH_UPDATE_DATA", result)) {
            return false;
        }
    }
    return true;
}

/* A figure only counts when the guest finds what was to be encrypted: the last page is compared. */
static bool measure_region(struct bench *bench, uint32_t handle, uint64_t paddr, uint32_t length)
{
    uint8_t expected[DRAM_PAGE_BYTES];
    uint8_t found[DRAM_PAGE_BYTES];
    const uint64_t last = paddr + length - DRAM_PAGE_BYTES;
    struct sev_launch_update update = {.handle = handle, .paddr = paddr, .length = length};
    double cpu_before;
    double cpu_after;
    memcpy(expected, bench_pointer(bench, last, DRAM_PAGE_BYTES), sizeof expected);
    if (!bench_cpu_time(bench, &cpu_before)) {
        return false;
    }
    int64_t started = bench_now_ns();
    int result = sev_launch_update_data(&bench->board, &update);
    bench_add_rate(bench, FIGURE_LAUNCH_UPDATE_DATA_MIB_S, length, started);
    if (!bench_cpu_time(bench, &cpu_after)) {
        return false;
    }
    figures_add(&bench->figures, FIGURE_LAUNCH_UPDATE_DATA_MIB_CPU_S,
                length / (double)BENCH_MIB / (cpu_after - cpu_before));
    return bench_succeeded("LAUNCH_UPDATE_DATA", result) &&
           ((memory_controller_read(&bench->board.memory, BENCH_ASID, last, found, sizeof found) ==
                 MEMORY_CONTROLLER_OK &&
             memcmp(expected, found, sizeof found) == 0) ||
            bench_fail("the guest does not find its memory"));
}

static bool measure_attestation(struct bench *bench, uint32_t handle)
{
    struct sev_attestation attestation = {.handle = handle,
                                          .report_paddr = bench->board.scratch_paddr,
                                          .length = sizeof(struct sev_attestation_report)};
    int64_t started = bench_now_ns();
    int result =
        sev_command(&bench->board, SEV_COMMAND_ATTESTATION, &attestation, sizeof attestation);
    bench_add_ms(bench, FIGURE_ATTESTATION_MS, started);
    return bench_succeeded("ATTESTATION", result);
}

bool bench_launch_data(struct bench *bench)
{
    const uint32_t length = (bench->quick ? 8u : 64u) * BENCH_MIB;
    uint32_t handle = SEV_HANDLE_INVALID;
    uint64_t paddr;
    if (!bench_allocate(bench, length, &paddr)) {
        return false;
    }
    uint8_t *bytes = bench_pointer(bench, paddr, length);
    for (uint32_t i = 0; i < length; i++) {
        bytes[i] = (uint8_t)(i * 131u ^ i >> 12);
    }
    int result = sev_start_launch(&bench->board, POLICY, NULL, NULL, &handle);
    bool done = bench_succeeded("LAUNCH_START", result) &&
                bench_activate(bench, handle, BENCH_ASID) && measure_pages(bench, handle, paddr);
    for (unsigned left = bench_rounds(bench, 5, 2); left > 0 && done; left--) {
        done = measure_region(bench, handle, paddr, length);
    }
    done = done && bench_finish_launch(bench, handle);
    for (unsigned left = bench_rounds(bench, 20, 3); left > 0 && done; left--) {
        done = measure_attestation(bench, handle);
    }
    dram_free_all(&bench->board.dram);
    return done && bench_end_guest(bench, handle);
}
