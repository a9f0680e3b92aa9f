/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-SNP: the platform's start, launches by pages of both sizes, reports, and swapping.
 */
#include <string.h>

#include "abi/snp_message.h"
#include "host/x86/snp_pages.h"
#include "tests/bench/snp_machine.h"
#include "tests/snp/guest_message.h"

#define GIB (1ull << 30)
#define LARGE_BYTES ((uint64_t)SNP_MACHINE_LARGE * SNP_PAGE_2M_BYTES)
#define PAGES_FOR_A_SAMPLE 8u
#define VMSAS 4u /* Of the special pages, with SECRETS and CPUID; the others are ZERO. */

static bool measure_init(struct snp_machine *machine, enum figure figure, uint64_t top,
                         unsigned rounds)
{
    bool done = true;
    for (; rounds > 0 && done; rounds--) {
        const int64_t started = bench_now_ns();
        done = snp_machine_init(machine, top);
        bench_add_ms(machine->bench, figure, started);
        done = done && snp_machine_shut_down(machine);
    }
    return done;
}

static enum snp_page_type special_type(uint32_t index)
{
    return index < VMSAS        ? SNP_PAGE_VMSA
           : index == VMSAS     ? SNP_PAGE_SECRETS
           : index == VMSAS + 1 ? SNP_PAGE_CPUID
                                : SNP_PAGE_ZERO;
}

static uint64_t special_paddr(const struct snp_machine *machine, uint32_t index)
{
    return machine->image + (uint64_t)(SNP_MACHINE_PAGES + index) * SNP_PAGE_BYTES;
}

/* A CPUID page of no function, and VMSAs whose only field says that SEV-SNP is on. */
static void write_special(struct snp_machine *machine)
{
    static const uint64_t features = SNP_VMSA_FEATURE_ACTIVE;
    for (uint32_t i = 0; i < SNP_MACHINE_SPECIAL; i++) {
        uint8_t *page = bench_pointer(machine->bench, special_paddr(machine, i), SNP_PAGE_BYTES);
        memset(page, 0, SNP_PAGE_BYTES);
        if (special_type(i) == SNP_PAGE_VMSA) {
            memcpy(page + SNP_VMSA_SEV_FEATURES, &features, sizeof features);
        }
    }
}

/* The 4 MiB, page by page. */
static bool add_image(struct snp_machine *machine)
{
    struct bench *bench = machine->bench;
    double cpu_before;
    double cpu_after;
    double us = 0;
    bool done = bench_cpu_time(bench, &cpu_before);
    for (uint64_t i = 0; i < SNP_MACHINE_PAGES && done; i++) {
        const uint64_t offset = i * SNP_PAGE_BYTES;
        done = snp_machine_add(machine, machine->image + offset, SNP_MACHINE_GPA + offset,
                               SNP_PAGE_NORMAL << 1, &us);
        if (i % PAGES_FOR_A_SAMPLE == 0) { /* Some of every launch. */
            figures_add(&bench->figures, FIGURE_SNP_LAUNCH_UPDATE_PAGE_US, us);
        }
    }
    if (!done || !bench_cpu_time(bench, &cpu_after)) {
        return false;
    }
    figures_add(&bench->figures, FIGURE_SNP_LAUNCH_UPDATE_PAGE_CPU_US,
                (cpu_after - cpu_before) * 1e6 / SNP_MACHINE_PAGES);
    return true;
}

static bool add_special(struct snp_machine *machine)
{
    double us = 0;
    bool done = true;
    for (uint32_t i = 0; i < SNP_MACHINE_SPECIAL && done; i++) {
        const enum snp_page_type type = special_type(i);
        const uint64_t gpa =
            type == SNP_PAGE_VMSA ? SNP_VMSA_GPA : (uint64_t)(i + 1) * SNP_PAGE_BYTES;
        done = snp_machine_add(machine, special_paddr(machine, i), gpa, (uint32_t)type << 1, &us);
    }
    return done;
}

/* Everything a hypervisor does to launch a guest whose firmware has 4 MiB, page by page. */
static bool launch_whole(struct snp_machine *machine)
{
    const int64_t started = bench_now_ns();
    const bool done = snp_machine_start_guest(machine) && add_image(machine) &&
                      add_special(machine) && snp_machine_finish(machine);
    bench_add_ms(machine->bench, FIGURE_SNP_LAUNCH_4MIB_MS, started);
    return done;
}

/* A figure only counts when the guest finds its memory: the last page is compared. */
static bool guest_finds(struct snp_machine *machine, uint64_t paddr, const uint8_t *expected)
{
    uint8_t found[SNP_PAGE_BYTES];
    return (memory_controller_read(&machine->bench->board.memory, machine->asid, paddr, found,
                                   sizeof found) == MEMORY_CONTROLLER_OK &&
            memcmp(found, expected, sizeof found) == 0) ||
           bench_fail("the guest does not find its memory");
}

static bool launch_large(struct snp_machine *machine)
{
    const uint64_t last = machine->large + LARGE_BYTES - SNP_PAGE_BYTES;
    uint8_t expected[SNP_PAGE_BYTES];
    double cpu_before;
    double cpu_after;
    double us = 0;
    bool done = snp_machine_start_guest(machine) && bench_cpu_time(machine->bench, &cpu_before);
    memcpy(expected, bench_pointer(machine->bench, last, sizeof expected), sizeof expected);
    for (uint64_t i = 0; i < SNP_MACHINE_LARGE && done; i++) {
        const uint64_t offset = i * SNP_PAGE_2M_BYTES;
        done = snp_machine_add(machine, machine->large + offset, SNP_MACHINE_GPA + offset,
                               SNP_PAGE_NORMAL << 1 | SNP_PAGE_2M, &us);
        figures_add(&machine->bench->figures, FIGURE_SNP_LAUNCH_UPDATE_2M_MIB_S,
                    (double)SNP_PAGE_2M_BYTES / BENCH_MIB / (us / 1e6));
    }
    if (!done || !bench_cpu_time(machine->bench, &cpu_after)) {
        return false;
    }
    figures_add(&machine->bench->figures, FIGURE_SNP_LAUNCH_UPDATE_2M_MIB_CPU_S,
                LARGE_BYTES / (double)BENCH_MIB / (cpu_after - cpu_before));
    return guest_finds(machine, last, expected) && snp_machine_end_guest(machine);
}

/* The guest's end of VMPCK 0, which it finds in its SECRETS page. */
static bool open_channel(struct snp_machine *machine, struct witness_channel *channel)
{
    struct snp_secrets_page secrets;
    *channel = (struct witness_channel){.key_id = 0};
    if (memory_controller_read(&machine->bench->board.memory, machine->asid,
                               special_paddr(machine, VMSAS), &secrets,
                               sizeof secrets) != MEMORY_CONTROLLER_OK) {
        return bench_fail("the guest cannot read its secrets");
    }
    memcpy(channel->vmpck, secrets.vmpck[0], sizeof channel->vmpck);
    return true;
}

static bool measure_report(struct snp_machine *machine, struct witness_channel *channel)
{
    static const struct snp_report_request request = {.report_data = "benchmark"};
    struct snp_report_response response;
    struct snp_guest_request command = {
        .gctx_paddr = machine->gctx,
        .request_paddr = snp_machine_spare(machine, SNP_SPARE_REQUEST),
        .response_paddr = snp_machine_spare(machine, SNP_SPARE_RESPONSE),
    };
    witness_request(channel, SNP_MESSAGE_REPORT, 1, (const uint8_t *)&request, sizeof request,
                    bench_pointer(machine->bench, command.request_paddr, SNP_PAGE_BYTES));
    const int64_t started = bench_now_ns();
    const int result = snp_guest_request(&machine->bench->board, &command);
    bench_add_ms(machine->bench, FIGURE_SNP_REPORT_MS, started);
    return bench_succeeded("SNP_GUEST_REQUEST", result) &&
           ((witness_response(channel,
                              bench_pointer(machine->bench, command.response_paddr, SNP_PAGE_BYTES),
                              (uint8_t *)&response, sizeof response) == NULL &&
             response.status == 0) ||
            bench_fail("there is no report"));
}

/* Out and back, two commands; RMPUPDATE between them is not counted. */
static bool measure_swap(struct snp_machine *machine)
{
    struct board *board = &machine->bench->board;
    struct snp_page_swap out = {
        .gctx_paddr = machine->gctx,
        .src_paddr = machine->image,
        .dst_paddr = snp_machine_spare(machine, SNP_SPARE_SWAPPED),
        .mdata_paddr = snp_machine_spare(machine, SNP_SPARE_METADATA),
    };
    struct snp_page_swap in = out;
    in.src_paddr = out.dst_paddr;
    in.dst_paddr = out.src_paddr;
    /* The guest's page, as it is, but for that no instruction of the guest changes it. */
    if (snp_page_to_guest(&machine->rmp, out.src_paddr, false, machine->asid, SNP_MACHINE_GPA) !=
        RMP_SUCCESS) {
        return bench_fail("RMPUPDATE");
    }
    const int64_t started = bench_now_ns();
    const bool done = bench_succeeded("SNP_PAGE_SWAP_OUT", snp_page_swap_out(board, &out)) &&
                      bench_succeeded("SNP_PAGE_SWAP_IN", snp_page_swap_in(board, &in));
    figures_add(&machine->bench->figures, FIGURE_SNP_PAGE_SWAP_US,
                bench_ms_since(started) * 1000 / 2);
    return done;
}

static bool use_guest(struct snp_machine *machine, const uint8_t *first_page)
{
    struct bench *bench = machine->bench;
    struct snp_page_md_init metadata = {
        .gctx_paddr = machine->gctx, .page_paddr = snp_machine_spare(machine, SNP_SPARE_METADATA)};
    struct witness_channel channel;
    bool done = open_channel(machine, &channel) &&
                snp_machine_give(machine, snp_machine_spare(machine, SNP_SPARE_RESPONSE)) &&
                snp_machine_give(machine, snp_machine_spare(machine, SNP_SPARE_SWAPPED)) &&
                snp_machine_give(machine, metadata.page_paddr) &&
                bench_succeeded("SNP_PAGE_MD_INIT", snp_page_md_init(&bench->board, &metadata));
    for (unsigned left = bench_rounds(bench, 20, 3); left > 0 && done; left--) {
        done = measure_report(machine, &channel);
    }
    for (unsigned left = bench_rounds(bench, 200, 20); left > 0 && done; left--) {
        done = measure_swap(machine);
    }
    return done && guest_finds(machine, machine->image, first_page);
}

static bool run_guests(struct snp_machine *machine)
{
    uint8_t first_page[SNP_PAGE_BYTES];
    bool done = true;
    for (unsigned left = bench_rounds(machine->bench, 6, 1); left > 0 && done; left--) {
        snp_machine_write_image(machine, machine->image,
                                (uint64_t)SNP_MACHINE_PAGES * SNP_PAGE_BYTES);
        snp_machine_write_image(machine, machine->large, LARGE_BYTES);
        memcpy(first_page, bench_pointer(machine->bench, machine->image, SNP_PAGE_BYTES),
               sizeof first_page);
        write_special(machine);
        done = launch_whole(machine) && use_guest(machine, first_page) &&
               snp_machine_end_guest(machine) && launch_large(machine);
    }
    return done;
}

bool bench_snp(struct bench *bench)
{
    struct snp_machine machine;
    const bool done =
        bench_succeeded("SHUTDOWN", sev_shutdown(&bench->board)) &&
        snp_machine_open(&machine, bench) &&
        measure_init(&machine, FIGURE_SNP_INIT_MS, GIB, bench_rounds(bench, 5, 1)) &&
        measure_init(&machine, FIGURE_SNP_INIT_3GIB_MS, 3 * GIB, bench_rounds(bench, 3, 1)) &&
        snp_machine_init(&machine, GIB) && run_guests(&machine) && snp_machine_shut_down(&machine);
    dram_free_all(&bench->board.dram);
    return done;
}
