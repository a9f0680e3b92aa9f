/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sending a guest and receiving it again on the same platform, in the largest packets there are.
 */
#include <stdio.h>
#include <string.h>

#include "tests/bench/bench.h"

#define POLICY 0u
#define AMD_CERTIFICATES "kds/ask_ark.cert"
#define AMD_BYTES (2u * (uint32_t)sizeof(struct amd_certificate_4096))
#define SOURCE_ASID BENCH_ASID
#define TARGET_ASID (BENCH_ASID + 1u)

/* Guests and where their data lies; all regions have LENGTH bytes but the small ones. */
struct migration {
    uint32_t length;
    uint32_t source;
    uint32_t target;
    uint64_t plain;     /* what the source guest holds; encrypted by the launch */
    uint64_t transport; /* packets */
    uint64_t headers;   /* one per packet */
    uint64_t received;  /* memory of the target guest */
    uint64_t pdh;
    uint64_t chain;
    uint64_t amd;
    uint64_t session;
};

static bool place(struct bench *bench, struct migration *migration)
{
    const uint32_t packets = migration->length / SEV_PACKET_MAX;
    const struct {
        uint64_t *paddr;
        size_t length;
    } regions[] = {
        {&migration->plain, migration->length},
        {&migration->transport, migration->length},
        {&migration->received, migration->length},
        {&migration->headers, packets * sizeof(struct sev_packet_header)},
        {&migration->pdh, sizeof(struct sev_certificate)},
        {&migration->chain, sizeof(struct sev_certificate_chain)},
        {&migration->amd, AMD_BYTES},
        {&migration->session, sizeof(struct sev_session)},
    };
    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        if (!bench_allocate(bench, regions[i].length, regions[i].paddr)) {
            return false;
        }
    }
    return true;
}

static void fill_pattern(uint8_t *bytes, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        bytes[i] = (uint8_t)(i * 37u ^ i >> 11);
    }
}

static bool launch_source(struct bench *bench, struct migration *migration)
{
    fill_pattern(bench_pointer(bench, migration->plain, migration->length), migration->length);
    int result = sev_start_launch(&bench->board, POLICY, NULL, NULL, &migration->source);
    struct sev_launch_update update = {
        .handle = migration->source, .paddr = migration->plain, .length = migration->length};
    return bench_succeeded("LAUNCH_START", result) &&
           bench_activate(bench, migration->source, SOURCE_ASID) &&
           bench_succeeded("LAUNCH_UPDATE_DATA", sev_launch_update_data(&bench->board, &update)) &&
           bench_finish_launch(bench, migration->source);
}

/* The certificates of the target platform, which is the same one. */
static bool fetch_certificates(struct bench *bench, const struct migration *migration)
{
    char path[PATH_MAX];
    int result = sev_export_certificates(
        &bench->board, bench_pointer(bench, migration->pdh, sizeof(struct sev_certificate)),
        bench_pointer(bench, migration->chain, sizeof(struct sev_certificate_chain)));
    FILE *file =
        board_path(path, bench->board.directory, AMD_CERTIFICATES) ? fopen(path, "rb") : NULL;
    size_t length = file != NULL
                        ? fread(bench_pointer(bench, migration->amd, AMD_BYTES), 1, AMD_BYTES, file)
                        : 0;
    if (file != NULL) {
        (void)fclose(file);
    }
    return bench_succeeded("PDH_CERT_EXPORT", result) &&
           (length == AMD_BYTES || bench_fail("%s cannot be read", AMD_CERTIFICATES));
}

static bool start(struct bench *bench, struct migration *migration)
{
    struct sev_send_start send = {
        .handle = migration->source,
        .pdh_cert_paddr = migration->pdh,
        .pdh_cert_length = sizeof(struct sev_certificate),
        .plat_certs_paddr = migration->chain,
        .plat_certs_length = sizeof(struct sev_certificate_chain),
        .amd_certs_paddr = migration->amd,
        .amd_certs_length = AMD_BYTES,
        .session_paddr = migration->session,
        .session_length = sizeof(struct sev_session),
    };
    struct sev_receive_start receive = {
        .policy = POLICY,
        .pdh_cert_paddr = migration->pdh,
        .pdh_cert_length = sizeof(struct sev_certificate),
        .session_paddr = migration->session,
        .session_length = sizeof(struct sev_session),
    };
    bool done =
        bench_succeeded("SEND_START",
                        sev_command(&bench->board, SEV_COMMAND_SEND_START, &send, sizeof send)) &&
        bench_succeeded("RECEIVE_START", sev_command(&bench->board, SEV_COMMAND_RECEIVE_START,
                                                     &receive, sizeof receive));
    migration->target = receive.handle;
    return done && bench_activate(bench, migration->target, TARGET_ASID);
}

/* SEND_UPDATE_DATA or RECEIVE_UPDATE_DATA of all packets. */
static bool move(struct bench *bench, const struct migration *migration, uint32_t command,
                 uint32_t handle, uint64_t guest_paddr)
{
    for (uint32_t offset = 0; offset < migration->length; offset += SEV_PACKET_MAX) {
        struct sev_packet packet = {
            .handle = handle,
            .hdr_paddr =
                migration->headers + offset / SEV_PACKET_MAX * sizeof(struct sev_packet_header),
            .hdr_length = sizeof(struct sev_packet_header),
            .guest_paddr = guest_paddr + offset,
            .guest_length = SEV_PACKET_MAX,
            .trans_paddr = migration->transport + offset,
            .trans_length = SEV_PACKET_MAX,
        };
        int result = sev_command(&bench->board, command, &packet, sizeof packet);
        if (!bench_succeeded(sev_command_name(command), result)) {
            return false;
        }
    }
    return true;
}

/* The packets must be encrypted, and the target guest must find what the source guest held. */
static bool compare(struct bench *bench, const struct migration *migration)
{
    static uint8_t expected[SEV_PACKET_MAX * 4];
    static uint8_t found[sizeof expected];
    fill_pattern(expected, sizeof expected);
    const void *transport = bench_pointer(bench, migration->transport, sizeof expected);
    return (memory_controller_read(&bench->board.memory, TARGET_ASID, migration->received, found,
                                   sizeof found) == MEMORY_CONTROLLER_OK &&
            memcmp(expected, found, sizeof found) == 0 &&
            memcmp(expected, transport, sizeof expected) != 0) ||
           bench_fail("the received guest does not find its memory");
}

/* One way: the rates by the clock and by the board's CPU time. */
static bool measure_way(struct bench *bench, const struct migration *migration, bool sends)
{
    const uint32_t command = sends ? SEV_COMMAND_SEND_UPDATE_DATA : SEV_COMMAND_RECEIVE_UPDATE_DATA;
    const double mib = migration->length / (double)BENCH_MIB;
    double before;
    double after;
    if (!bench_cpu_time(bench, &before)) {
        return false;
    }
    const int64_t started = bench_now_ns();
    if (!move(bench, migration, command, sends ? migration->source : migration->target,
              sends ? migration->plain : migration->received)) {
        return false;
    }
    bench_add_rate(bench, sends ? FIGURE_SEND_UPDATE_MIB_S : FIGURE_RECEIVE_UPDATE_MIB_S,
                   migration->length, started);
    if (!bench_cpu_time(bench, &after)) {
        return false;
    }
    figures_add(&bench->figures,
                sends ? FIGURE_SEND_UPDATE_MIB_CPU_S : FIGURE_RECEIVE_UPDATE_MIB_CPU_S,
                mib / (after - before));
    return true;
}

static bool measure(struct bench *bench, const struct migration *migration)
{
    return measure_way(bench, migration, true) && measure_way(bench, migration, false) &&
           compare(bench, migration);
}

bool bench_migration(struct bench *bench)
{
    struct migration migration = {.length = (bench->quick ? 1u : 8u) * BENCH_MIB};
    bool done = place(bench, &migration) && launch_source(bench, &migration) &&
                fetch_certificates(bench, &migration) && start(bench, &migration);
    for (unsigned left = bench_rounds(bench, 5, 2); left > 0 && done; left--) {
        done = measure(bench, &migration);
    }
    dram_free_all(&bench->board.dram);
    return done && bench_end_guest(bench, migration.source) &&
           bench_end_guest(bench, migration.target);
}
