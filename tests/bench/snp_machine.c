/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hypervisor of the benchmark's SEV-SNP part (snp_machine.h).
 */
#include "tests/bench/snp_machine.h"

#include "abi/snp_state.h"
#include "host/lib/fabric.h"
#include "host/x86/rmp_instructions.h"
#include "host/x86/snp_pages.h"

#define IMAGE_BYTES ((uint64_t)(SNP_MACHINE_PAGES + SNP_MACHINE_SPECIAL) * DRAM_PAGE_BYTES)
#define POLICY (SNP_POLICY_ONE | SNP_POLICY_SMT)

static bool allocate(struct snp_machine *machine, uint64_t length, uint64_t alignment,
                     uint64_t *paddr)
{
    *paddr = dram_allocate(&machine->bench->board.dram, 0, length, alignment);
    return *paddr != 0 || bench_fail("no x86 memory left");
}

void snp_machine_write_image(struct snp_machine *machine, uint64_t paddr, uint64_t length)
{
    uint8_t *bytes = bench_pointer(machine->bench, paddr, length);
    for (uint64_t i = 0; i < length; i++) {
        bytes[i] = (uint8_t)(i * 131u ^ i >> 12);
    }
}

bool snp_machine_open(struct snp_machine *machine, struct bench *bench)
{
    *machine = (struct snp_machine){.bench = bench};
    if (bench->board.fabric_file.bytes == NULL) {
        return bench_fail("SEV-SNP needs a fabric");
    }
    x86_rmp_attach(&machine->rmp, bench->board.fabric_file.bytes, &bench->board.dram);
    return allocate(machine, fabric_rmp_bytes(SNP_MACHINE_RMP_TOP), BENCH_MIB,
                    &machine->rmp_paddr) &&
           allocate(machine, (uint64_t)SNP_MACHINE_LARGE * SNP_PAGE_2M_BYTES, SNP_PAGE_2M_BYTES,
                    &machine->large) &&
           allocate(machine, IMAGE_BYTES, SNP_PAGE_2M_BYTES, &machine->image) &&
           allocate(machine, SNP_PAGE_BYTES, SNP_PAGE_BYTES, &machine->gctx) &&
           allocate(machine, SNP_SPARES * SNP_PAGE_BYTES, SNP_PAGE_BYTES, &machine->spare);
}

bool snp_machine_init(struct snp_machine *machine, uint64_t top)
{
    fabric_set_up_snp(machine->bench->board.fabric_file.bytes, machine->rmp_paddr,
                      machine->rmp_paddr + fabric_rmp_bytes(top) - 1);
    machine->asid = 0;
    return bench_succeeded("SNP_INIT", snp_init(&machine->bench->board));
}

/* What the firmware asks for before it gives ASIDs out, and before it ends. */
static bool flush(struct snp_machine *machine)
{
    fabric_report_wbinvd_all(machine->bench->board.fabric_file.bytes);
    return bench_succeeded("SNP_DF_FLUSH", snp_df_flush(&machine->bench->board));
}

bool snp_machine_shut_down(struct snp_machine *machine)
{
    struct snp_shutdown_ex shutdown = {.length = sizeof shutdown, .flags = SNP_SHUTDOWN_X86};
    return flush(machine) &&
           bench_succeeded("SNP_SHUTDOWN_EX", snp_shutdown_ex(&machine->bench->board, &shutdown));
}

uint64_t snp_machine_spare(const struct snp_machine *machine, uint32_t spare)
{
    return machine->spare + (uint64_t)spare * SNP_PAGE_BYTES;
}

bool snp_machine_give(struct snp_machine *machine, uint64_t paddr)
{
    return snp_page_to_firmware(&machine->rmp, paddr, false) == RMP_SUCCESS ||
           bench_fail("RMPUPDATE");
}

bool snp_machine_start_guest(struct snp_machine *machine)
{
    struct board *board = &machine->bench->board;
    struct snp_address create = {.paddr = machine->gctx};
    struct snp_launch_start start = {.gctx_paddr = machine->gctx, .policy = POLICY};
    struct snp_activate activate = {.gctx_paddr = machine->gctx, .asid = ++machine->asid};
    return snp_machine_give(machine, machine->gctx) &&
           bench_succeeded("SNP_GCTX_CREATE", snp_gctx_create(board, &create)) &&
           bench_succeeded("SNP_LAUNCH_START", snp_launch_start(board, &start)) && flush(machine) &&
           bench_succeeded("SNP_ACTIVATE", snp_activate(board, &activate));
}

bool snp_machine_add(struct snp_machine *machine, uint64_t paddr, uint64_t gpa, uint32_t flags,
                     double *command_us)
{
    struct snp_launch_update update = {
        .gctx_paddr = machine->gctx, .flags = flags, .page_paddr = paddr};
    if (snp_page_to_guest(&machine->rmp, paddr, (flags & SNP_PAGE_2M) != 0, machine->asid, gpa) !=
        RMP_SUCCESS) {
        return bench_fail("RMPUPDATE");
    }
    const int64_t started = bench_now_ns();
    const int result = snp_launch_update(&machine->bench->board, &update);
    *command_us = bench_ms_since(started) * 1000;
    return bench_succeeded("SNP_LAUNCH_UPDATE", result);
}

bool snp_machine_finish(struct snp_machine *machine)
{
    struct snp_launch_finish finish = {.gctx_paddr = machine->gctx};
    return bench_succeeded("SNP_LAUNCH_FINISH", snp_launch_finish(&machine->bench->board, &finish));
}

/* Takes @p length bytes back, in pages of one size. */
static bool take_back(struct snp_machine *machine, uint64_t paddr, uint64_t length, bool large)
{
    const uint64_t step = large ? SNP_PAGE_2M_BYTES : SNP_PAGE_BYTES;
    for (uint64_t done = 0; done < length; done += step) {
        if (!bench_succeeded("page reclaim",
                             snp_page_reclaim_to_host(&machine->bench->board, &machine->rmp,
                                                      paddr + done, large))) {
            return false;
        }
    }
    return true;
}

bool snp_machine_end_guest(struct snp_machine *machine)
{
    struct snp_address guest = {.paddr = machine->gctx};
    return bench_succeeded("SNP_DECOMMISSION", snp_decommission(&machine->bench->board, &guest)) &&
           take_back(machine, machine->gctx, SNP_PAGE_BYTES, false) &&
           take_back(machine, machine->image, IMAGE_BYTES, false) &&
           take_back(machine, machine->large, (uint64_t)SNP_MACHINE_LARGE * SNP_PAGE_2M_BYTES,
                     true) &&
           take_back(machine, machine->spare, SNP_SPARES * SNP_PAGE_BYTES, false);
}
