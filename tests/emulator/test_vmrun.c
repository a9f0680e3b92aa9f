/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMRUN is refused as on hardware: without a key, on the wrong core, with registers that were changed. A
 * guest that is left goes on where it was.
 */
#include "host/emulator/hypervisor.h"
#include "host/lib/sev.h"
#include "tests/emulator/stage.h"

#define BLOCKS_MAX 1000000u /* Far more than it has. */

static void requires(struct vm *vm, enum x86_vmrun_result refused)
{
    const struct cpu_exit exit = cpu_vmrun(&vm->cpus[0], 0);
    assert_true(exit.code == x86_vmrun_exit_code(refused));
    assert_int_equal(exit.refused, refused);
}

static void deactivate(struct vm *vm)
{
    struct sev_handle handle = {.handle = vm->handle};
    x86_cache_flush(vm->emulator->x86.cache);
    assert_int_equal(sev_deactivate(&vm->emulator->board, &handle), SEV_STATUS_SUCCESS);
}

static void without_key(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    assert_true(emulator_prepare(emulator, false));
    const struct vm_options options = stage_options("travel", GUEST_SEV);
    struct vm *vm = stage_launch(emulator, &options);
    stage_run_to_pause(vm);
    deactivate(vm);
    requires(vm, X86_VMRUN_NO_KEY);
    assert_int_equal(emulator_flush(emulator), SEV_STATUS_SUCCESS);
    struct sev_activate activate = {.handle = vm->handle, .asid = vm->asid};
    assert_int_equal(sev_activate(&emulator->board, &activate), SEV_STATUS_SUCCESS);
    stage_run_to_end(vm); /* Nothing has been lost. */
    stage_end(vm);
    stage_close(emulator);
}

static void on_wrong_core(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    assert_true(emulator_prepare(emulator, false));
    const struct vm_options options = stage_options("travel", GUEST_SEV);
    struct vm *vm = stage_launch(emulator, &options);
    stage_run_to_pause(vm);
    deactivate(vm);
    assert_int_equal(emulator_flush(emulator), SEV_STATUS_SUCCESS);
    const uint32_t id = 0; /* Core 0's complex: cores 0 and 1. */
    const uint64_t ids = dram_allocate(&emulator->board.dram, 0, DRAM_PAGE_BYTES, 0);
    assert_true(emulator_write(emulator, ids, &id, sizeof id));
    struct sev_activate_ex activate = {.ex_len = sizeof activate,
                                       .handle = vm->handle,
                                       .asid = vm->asid,
                                       .num_ids = 1,
                                       .ids_paddr = ids};
    assert_int_equal(sev_activate_ex(&emulator->board, &activate), SEV_STATUS_SUCCESS);
    vm->cpus[0].core = FABRIC_CORES_PER_COMPLEX;
    requires(vm, X86_VMRUN_CORE);
    vm->cpus[0].core = FABRIC_CORES_PER_COMPLEX - 1;
    stage_run_to_end(vm);
    stage_end(vm);
    stage_close(emulator);
}

static void with_changed_registers(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    uint8_t page[SEV_VMSA_BYTES];
    assert_true(emulator_prepare(emulator, false));
    const struct vm_options options = stage_options("travel", GUEST_SEV | GUEST_ES);
    struct vm *vm = stage_launch(emulator, &options);
    stage_run_to_pause(vm);
    emulator_read(emulator, vm->vmsa[0], page, sizeof page);
    page[0x178] ^= 1; /* RIP's ciphertext */
    assert_true(emulator_write(emulator, vm->vmsa[0], page, sizeof page));
    requires(vm, X86_VMRUN_VMSA_CHANGED);
    page[0x178] ^= 1;
    assert_true(emulator_write(emulator, vm->vmsa[0], page, sizeof page));
    stage_run_to_end(vm);
    stage_end(vm);
    stage_close(emulator);
}

/* Registers of an earlier moment are refused, too. */
static void with_old_registers(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    uint8_t before[SEV_VMSA_BYTES];
    uint8_t after[SEV_VMSA_BYTES];
    assert_true(emulator_prepare(emulator, false));
    const struct vm_options options = stage_options("travel", GUEST_SEV | GUEST_ES);
    struct vm *vm = stage_launch(emulator, &options);
    emulator_read(emulator, vm->vmsa[0], before, sizeof before);
    stage_run_to_pause(vm);
    emulator_read(emulator, vm->vmsa[0], after, sizeof after);
    assert_memory_not_equal(before, after, sizeof after);
    assert_true(emulator_write(emulator, vm->vmsa[0], before, sizeof before));
    requires(vm, X86_VMRUN_VMSA_CHANGED);
    assert_true(emulator_write(emulator, vm->vmsa[0], after, sizeof after));
    stage_run_to_end(vm);
    stage_end(vm);
    stage_close(emulator);
}

static void with_another_asid(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    assert_true(emulator_prepare(emulator, false));
    const struct vm_options options = stage_options("travel", GUEST_SEV);
    struct vm *vm = stage_launch(emulator, &options);
    const struct x86_vmcb good = vm->cpus[0].vmcb;
    vm->cpus[0].vmcb.asid = 0;
    requires(vm, X86_VMRUN_ASID);
    vm->cpus[0].vmcb.asid = 1; /* SEV-ES's. */
    requires(vm, X86_VMRUN_ASID);
    vm->cpus[0].vmcb.asid = good.asid + 1;
    requires(vm, X86_VMRUN_NO_KEY);
    vm->cpus[0].vmcb = good;
    stage_run_to_pause(vm);
    stage_run_to_end(vm);
    stage_end(vm);
    stage_close(emulator);
}

/* With SEV-SNP a page is a VMSA if the RMP says so. */
static void with_a_page_that_is_no_vmsa(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    assert_true(emulator_prepare(emulator, true));
    const struct vm_options options = stage_options("travel", GUEST_SEV | GUEST_ES | GUEST_SNP);
    struct vm *vm = stage_launch(emulator, &options);
    vm->cpus[0].vmcb.vmsa = nested_find(&vm->nested, GUEST_IMAGE_GPA);
    requires(vm, X86_VMRUN_VMSA);
    vm->cpus[0].vmcb.vmsa = vm->vmsa[0];
    stage_run_to_pause(vm);
    stage_run_to_end(vm);
    stage_end(vm);
    stage_close(emulator);
}

/* Neither the registers of a guest with SEV-SNP, nor the table that guards them, are the host's to write. */
static void of_a_guest_that_the_rmp_guards(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    const uint8_t byte = 0;
    assert_true(emulator_prepare(emulator, true));
    const struct vm_options options = stage_options("travel", GUEST_SEV | GUEST_ES | GUEST_SNP);
    struct vm *vm = stage_launch(emulator, &options);
    stage_run_to_pause(vm);
    assert_false(emulator_write(emulator, vm->vmsa[0], &byte, sizeof byte));
    assert_false(emulator_write(emulator,
                                fabric_core_at(emulator->board.fabric_file.bytes, 0)->rmp_base,
                                &byte, sizeof byte));
    stage_run_to_end(vm);
    stage_end(vm);
    stage_close(emulator);
}

/* A guest that is left before each of its blocks of code, in whatever way it gets from one to the next. */
static void block_by_block(void **state)
{
    (void)state;
    struct emulator *emulator = stage_open(0, NULL, 0);
    assert_true(emulator_prepare(emulator, false));
    const struct vm_options options = stage_options("hello", 0);
    struct vm *vm = stage_launch(emulator, &options);
    for (uint32_t i = 0; i < BLOCKS_MAX && !vm->devices.has_verdict; i++) {
        const struct cpu_exit exit = cpu_vmrun(&vm->cpus[0], 2); /* The second is not begun. */
        const enum hypervisor_next next = hypervisor_exit(vm, &vm->cpus[0], &exit);
        assert_true(next == HYPERVISOR_GO_ON || next == HYPERVISOR_YIELD);
    }
    assert_true(vm->devices.has_verdict && vm->devices.verdict == 0);
    stage_end(vm);
    stage_close(emulator);
}

const struct CMUnitTest stage_vmrun_tests[] = {
    STAGE_TEST(without_key),
    STAGE_TEST(on_wrong_core),
    STAGE_TEST(with_changed_registers),
    STAGE_TEST(with_old_registers),
    STAGE_TEST(with_another_asid),
    STAGE_TEST(with_a_page_that_is_no_vmsa),
    STAGE_TEST(of_a_guest_that_the_rmp_guards),
    STAGE_TEST(block_by_block),
};
const size_t stage_vmrun_count = sizeof stage_vmrun_tests / sizeof stage_vmrun_tests[0];
