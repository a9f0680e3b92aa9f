/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest emulator of an x86 machine with a security processor: a core that knows three
 * instructions runs a guest whose memory is encrypted. The guest copies a secret from a private page
 * to a shared one; the host then sees it there, and ciphertext where it came from.
 *
 * usage: emulator DIR        a board is running there (virtasp start DIR)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/snp_rmp.h"
#include "host/lib/fabric.h"
#include "host/lib/sev.h"
#include "host/x86/access.h"
#include "host/x86/msr.h"
#include "host/x86/vmrun.h"

#define PAGE 0x1000ull
#define GUEST_BYTES 0x200000ull
#define SECRET 0x5EC2E75EC2E75EC2ull

/* Guest physical, and linear: four page tables, then what they map. */
enum { TABLES = 0x0000, CODE = 0x4000, DATA = 0x5000, SHARED = 0x6000, PRIVATE_END = 0x6000 };

static struct board board = BOARD_CLOSED;
static struct x86_machine machine;

static void need(bool done, const char *what)
{
    if (!done) {
        (void)fprintf(stderr, "emulator: %s\n", what);
        exit(EXIT_FAILURE);
    }
}

static void succeed(int result, const char *command)
{
    if (result != SEV_STATUS_SUCCESS) {
        (void)fprintf(stderr, "emulator: %s: %s\n", command, sev_result_text(result));
        exit(EXIT_FAILURE);
    }
}

static void store(uint64_t address, uint64_t word)
{
    need(x86_physical_write(&machine, 0, address, &word, sizeof word), "a page is not the host's");
}

static uint64_t load(uint64_t address)
{
    uint64_t word;
    x86_physical_read(&machine, 0, address, &word, sizeof word);
    return word;
}

/* WBINVD on every core, then DF_FLUSH: after INIT, and before an ASID is used again. */
static void flush(void)
{
    for (uint32_t core = 0; core < machine.cores; core++) {
        x86_wbinvd(&machine, core, false);
    }
    succeed(sev_df_flush(&board), "DF_FLUSH");
}

/* What the guest's owner gives the host: page tables, code and data, in the clear. */
static void place_guest(uint64_t base)
{
    static const uint8_t code[] = {
        0x48, 0xA1, DATA & 0xFF,   DATA >> 8,   0, 0, 0, 0, 0, 0, /* mov rax, [DATA] */
        0x48, 0xA3, SHARED & 0xFF, SHARED >> 8, 0, 0, 0, 0, 0, 0, /* mov [SHARED], rax */
        0xF4,                                                     /* hlt */
    };
    for (uint64_t offset = 0; offset < SHARED + PAGE; offset += sizeof(uint64_t)) {
        store(base + offset, 0);
    }
    for (uint64_t table = TABLES; table < TABLES + 3 * PAGE; table += PAGE) {
        store(base + table, (table + PAGE) | machine.c_bit | 7);
    }
    for (uint64_t page = 0; page <= SHARED; page += PAGE) {
        const uint64_t c_bit = page == SHARED ? 0 : machine.c_bit;
        store(base + TABLES + 3 * PAGE + page / PAGE * 8, page | c_bit | 7);
    }
    need(x86_physical_write(&machine, 0, base + CODE, code, sizeof code), "no room for the code");
    store(base + DATA, SECRET);
}

static uint32_t launch(uint64_t base)
{
    struct sev_measurement measurement;
    struct sev_activate activate = {.asid = machine.min_sev_asid};
    uint32_t handle;
    succeed(sev_start_launch(&board, 0, NULL, NULL, &handle), "LAUNCH_START");
    activate.handle = handle;
    succeed(sev_activate(&board, &activate), "ACTIVATE");
    x86_cache_snoop(machine.cache);
    succeed(sev_launch_memory(&board, handle, base, PRIVATE_END), "LAUNCH_UPDATE_DATA");
    succeed(sev_measure_launch(&board, handle, &measurement), "LAUNCH_MEASURE");
    struct sev_handle finish = {.handle = handle};
    succeed(sev_launch_finish(&board, &finish), "LAUNCH_FINISH");
    return handle;
}

/* The core: instructions come through x86_read(), operands through it and x86_write(). */
static void run(const struct x86_view *view)
{
    uint64_t rip = CODE;
    uint64_t rax = 0;
    for (;;) {
        uint8_t bytes[10];
        uint64_t address;
        struct x86_fault fault = x86_read(&machine, view, rip, X86_RMP_FETCH, bytes, sizeof bytes);
        need(fault.kind == X86_FAULT_NONE, "a fetch faults");
        memcpy(&address, bytes + 2, sizeof address);
        if (bytes[0] == 0xF4) {
            return;
        }
        need(bytes[0] == 0x48 && (bytes[1] == 0xA1 || bytes[1] == 0xA3), "unknown instruction");
        fault = bytes[1] == 0xA1 ? x86_read(&machine, view, address, X86_RMP_READ, &rax, sizeof rax)
                                 : x86_write(&machine, view, address, &rax, sizeof rax);
        need(fault.kind == X86_FAULT_NONE, "an access faults");
        rip += sizeof bytes;
    }
}

/* The nested table: one page of 2 MiB. */
static uint64_t place_nested(uint64_t base)
{
    const uint64_t tables = dram_allocate_anywhere(&board.dram, 3 * PAGE, PAGE);
    need(tables != 0, "no memory for the nested table");
    for (uint64_t offset = 0; offset < 3 * PAGE; offset += sizeof(uint64_t)) {
        store(tables + offset, 0);
    }
    store(tables, (tables + PAGE) | 7);
    store(tables + PAGE, (tables + 2 * PAGE) | 7);
    store(tables + 2 * PAGE, base | 0x80 | 7);
    return tables;
}

static void enter(uint64_t base)
{
    const struct x86_vmcb vmcb = {
        .paddr = dram_allocate_anywhere(&board.dram, PAGE, PAGE),
        .asid = machine.min_sev_asid,
        .nested_paging = true,
        .sev = true,
        .ncr3 = place_nested(base),
    };
    struct x86_guest guest;
    const enum x86_vmrun_result result = x86_vmrun(&machine, 0, &vmcb, &guest, NULL);
    need(result == X86_VMRUN_OK, x86_vmrun_result_text(result));
    const struct x86_view view = {
        .guest = &guest,
        .cr0 = X86_CR0_PG | X86_CR0_WP,
        .cr3 = TABLES | machine.c_bit,
        .cr4 = X86_CR4_PAE,
        .efer = X86_EFER_LMA | X86_EFER_NXE,
    };
    run(&view);
    (void)x86_vmexit(&machine, &guest, NULL);
}

int main(int argc, char **argv)
{
    struct sev_init init = {.options = 0};
    need(argc == 2, "usage: emulator DIR");
    need(board_open(&board, argv[1]) == BOARD_OK, board.message);
    const struct x86_machine_options options = {.fabric = board.fabric_file.bytes,
                                                .dram = &board.dram};
    const enum x86_machine_result opened = x86_machine_open(&machine, &options);
    need(opened == X86_MACHINE_OK, x86_machine_result_text(opened));
    for (uint32_t core = 0; core < machine.cores; core++) { /* BIOS */
        need(x86_wrmsr(&machine, core, NULL, X86_MSR_SYSCFG, SYSCFG_MEMORY_ENCRYPTION) ==
                 X86_MSR_DONE,
             "SYSCFG");
    }
    const uint64_t base = dram_allocate_anywhere(&board.dram, GUEST_BYTES, GUEST_BYTES);
    need(base != 0, "no memory for the guest");
    succeed(sev_init(&board, &init), "INIT");
    flush();
    place_guest(base);
    struct sev_handle guest = {.handle = launch(base)};
    enter(base);
    (void)printf("shared page: %llx\n", (unsigned long long)load(base + SHARED));
    (void)printf("private page: %llx\n", (unsigned long long)load(base + DATA));
    succeed(sev_deactivate(&board, &guest), "DEACTIVATE");
    flush();
    succeed(sev_decommission(&board, &guest), "DECOMMISSION");
    succeed(sev_shutdown(&board), "SHUTDOWN");
    const bool done = load(base + SHARED) == SECRET && load(base + DATA) != SECRET;
    x86_machine_close(&machine);
    board_close(&board);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
