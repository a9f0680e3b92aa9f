/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs and memory of the host under its own key (SME, TSME): what is encrypted, who reaches what,
 * and what outlives guests that come and go, and not a reset.
 */
#include <string.h>

#include "host/emulator/host_program.h"
#include "host/x86/access.h"
#include "tests/emulator/stage.h"

#define MEMORY_BYTES 0x400000ull

static void run(struct emulator *emulator, bool full)
{
    static struct host_program program;
    const struct vm_options options = stage_options("host", 0);
    assert_true(host_program_load(&program, emulator, options.path, MEMORY_BYTES, full));
    const bool good = host_program_run(&program, STAGE_SECONDS);
    if (!good) {
        print_message("%s\n%s\n", program.problem != NULL ? program.problem : "",
                      program.devices.text);
    }
    assert_true(good);
    host_program_end(&program);
}

static void encrypts_what_it_wants(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    run(emulator, false);
    stage_close(emulator);
}

static void encrypts_everything(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    run(emulator, true);
    stage_close(emulator);
}

static void is_encrypted_by_tsme(void **state)
{
    (void)state;
    struct fabric_options fabric = FABRIC_DEFAULT_OPTIONS;
    fabric.flags |= FABRIC_FLAG_TSME;
    struct emulator *emulator = stage_open(0, &fabric, 0);
    run(emulator, false);
    /* And guests run there as everywhere. */
    assert_true(emulator_prepare(emulator, false));
    const struct vm_options options = stage_options("hello", GUEST_SEV | GUEST_ES);
    struct vm *vm = stage_launch(emulator, &options);
    stage_run_to_end(vm);
    stage_end(vm);
    stage_close(emulator);
}

/* What one program has, another does not reach: its page tables lead nowhere else. */
static void is_alone_in_its_page_tables(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    static struct host_program programs[2];
    const struct vm_options options = stage_options("host", 0);
    for (size_t i = 0; i < 2; i++) {
        assert_true(host_program_load(&programs[i], emulator, options.path, MEMORY_BYTES, i == 1));
    }
    for (size_t i = 0; i < 2; i++) {
        const struct backend_registers *registers = &programs[i].cpu.registers;
        const struct x86_view view = {.core = 0,
                                      .cr0 = registers->cr0,
                                      .cr3 = registers->cr3,
                                      .cr4 = registers->cr4,
                                      .efer = registers->efer};
        for (uint64_t linear = 0; linear < 0x100000000ull; linear += X86_PAGE_BYTES) {
            struct x86_translation found;
            const struct x86_fault fault =
                x86_walk(&emulator->x86, &view, linear, X86_RMP_READ, &found);
            if (linear >= MEMORY_BYTES) {
                assert_int_equal(fault.kind, X86_FAULT_PF);
            } else {
                assert_int_equal(fault.kind, X86_FAULT_NONE);
                assert_true(found.spa == programs[i].base + linear);
                assert_true(found.key == (i == 1 ? X86_KEY_HOST : X86_KEY_NONE));
            }
        }
        assert_true(host_program_run(&programs[i], STAGE_SECONDS));
        host_program_end(&programs[i]);
    }
    stage_close(emulator);
}

static const char text[] = "what the host keeps under its own key";

static void memory_outlives_guests_and_no_reset(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    char seen[sizeof text];
    assert_true(emulator_prepare(emulator, false));
    const uint64_t page = dram_allocate(&emulator->board.dram, 0, DRAM_PAGE_BYTES, 0);
    const uint64_t encrypted = page | emulator->x86.c_bit;
    assert_true(emulator_write(emulator, encrypted, text, sizeof text));
    x86_cache_flush(emulator->x86.cache);
    for (uint32_t i = 0; i < 3; i++) {
        const struct vm_options options = stage_options("hello", GUEST_SEV);
        struct vm *vm = stage_launch(emulator, &options);
        stage_run_to_end(vm);
        stage_end(vm);
    }
    emulator_read(emulator, encrypted, seen, sizeof seen);
    assert_string_equal(seen, text);
    emulator_read(emulator, page, seen, sizeof seen);
    assert_memory_not_equal(seen, text, sizeof text);
    assert_true(emulator_finish(emulator));
    x86_machine_reset(&emulator->x86);
    assert_int_equal(board_reset(&emulator->board, BOARD_READY_TIMEOUT_MS), BOARD_OK);
    fabric_core_at(emulator->board.fabric_file.bytes, 0)->syscfg |= SYSCFG_MEMORY_ENCRYPTION;
    emulator_read(emulator, encrypted, seen, sizeof seen);
    assert_memory_not_equal(seen, text, sizeof text);
    stage_close(emulator);
}

const struct CMUnitTest stage_host_tests[] = {
    STAGE_TEST(encrypts_what_it_wants),
    STAGE_TEST(encrypts_everything),
    STAGE_TEST(is_encrypted_by_tsme),
    STAGE_TEST(is_alone_in_its_page_tables),
    STAGE_TEST(memory_outlives_guests_and_no_reset),
};
const size_t stage_host_count = sizeof stage_host_tests / sizeof stage_host_tests[0];
