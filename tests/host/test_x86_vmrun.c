/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMRUN and #VMEXIT: what is refused, what happens to the registers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "abi/snp_launch.h"
#include "host/x86/rmp_instructions.h"
#include "host/x86/vmrun.h"
#include "host/x86/vmrun_slot_internal.h"
#include "tests/host/x86_stage.h"

#define TMR 0x600000ull /* 1 MiB */
#define VMSA 0x500000ull
#define VMCB 0x300000ull
#define HANDLE 7u
#define GPA 0x5000ull
#define C_BIT (1ull << 51)

static struct x86_guest guest;
static uint8_t registers[SEV_VMSA_BYTES];
static uint8_t loaded[SEV_VMSA_BYTES];

static struct x86_vmcb sev_vmcb(void)
{
    return (struct x86_vmcb){.paddr = VMCB,
                             .asid = STAGE_ASID,
                             .nested_paging = true,
                             .sev = true,
                             .ncr3 = 0x10000 | C_BIT};
}

static struct x86_vmcb es_vmcb(void)
{
    struct x86_vmcb vmcb = sev_vmcb();
    vmcb.asid = STAGE_ES_ASID;
    vmcb.sev_es = true;
    vmcb.vmsa = VMSA;
    return vmcb;
}

/* Refused, and nothing of the guest is told. */
static void refuse(const struct x86_vmcb *vmcb, enum x86_vmrun_result result)
{
    memset(loaded, 0xEE, sizeof loaded);
    guest = (struct x86_guest){.asid = 77};
    assert_int_equal(x86_vmrun(&stage.machine, 0, vmcb, &guest, loaded), result);
    assert_int_equal(guest.asid, 77);
    for (size_t i = 0; i < sizeof loaded; i++) {
        assert_int_equal(loaded[i], 0);
    }
}

static void enter(const struct x86_vmcb *vmcb)
{
    assert_int_equal(x86_vmrun(&stage.machine, 0, vmcb, &guest, loaded), X86_VMRUN_OK);
}

/* What LAUNCH_UPDATE_VMSA does. */
static struct vmsa_entry *make_vmsa(void)
{
    struct vmsa_entry *entry = (struct vmsa_entry *)(void *)stage_dram(TMR) + VMSA_TABLE_SLOT(VMSA);
    for (size_t i = 0; i < sizeof registers; i++) {
        registers[i] = (uint8_t)(i * 3);
    }
    memset(registers + SNP_VMSA_SEV_FEATURES, 0, 8);
    registers[SNP_VMSA_VMPL] = 0;
    stage_set_tmr(TMR, 0x100000);
    stage_put(VMSA, STAGE_ES_ASID, registers);
    assert_true(vmsa_compute(&stage.machine.hardware, VMSA, HANDLE, registers, entry->value));
    entry->paddr = VMSA;
    entry->handle = HANDLE;
    entry->state = VMSA_ENTRY_USED;
    return entry;
}

/* What SNP_LAUNCH_UPDATE does with a page of type VMSA. */
static void make_snp_vmsa(uint64_t features, uint8_t vmpl)
{
    const struct x86_rmp_guest owner = {
        .asid = STAGE_ES_ASID, .c_bit = true, .gpa = GPA, .spa = VMSA};
    for (size_t i = 0; i < sizeof registers; i++) {
        registers[i] = (uint8_t)(i * 5);
    }
    memcpy(registers + SNP_VMSA_SEV_FEATURES, &features, sizeof features);
    registers[SNP_VMSA_VMPL] = vmpl;
    stage_rmp();
    stage_give(VMSA, false, STAGE_ES_ASID, GPA);
    const struct x86_rmp_outcome outcome =
        x86_rmpadjust(&stage.machine.rmp, &owner, 0, 0, 1 | X86_RMP_RDX_VMSA);
    assert_int_equal(outcome.event, X86_RMP_EVENT_NONE);
    assert_int_equal(outcome.result, RMP_SUCCESS);
    stage_put(VMSA, STAGE_ES_ASID, registers);
}

static void guest_without_encryption(void **state)
{
    struct x86_vmcb vmcb = {.paddr = VMCB, .asid = 3, .ncr3 = 0x10000};
    (void)state;
    assert_int_equal(x86_vmrun(&stage.machine, 2, &vmcb, &guest, NULL), X86_VMRUN_OK);
    assert_false(guest.sev);
    assert_int_equal(guest.core, 2);
    assert_int_equal(guest.ncr3, 0x10000);
    assert_true(x86_vmexit(&stage.machine, &guest, NULL));
    vmcb.asid = 0;
    refuse(&vmcb, X86_VMRUN_ASID);
    vmcb.asid = 5000; /* TLB tags are not memory keys */
    assert_int_equal(x86_vmrun(&stage.machine, 2, &vmcb, &guest, NULL), X86_VMRUN_OK);
    assert_int_equal(x86_vmrun(&stage.machine, 4, &vmcb, &guest, NULL), X86_VMRUN_NO_CORE);
}

static void guest_with_sev(void **state)
{
    const struct x86_vmcb vmcb = sev_vmcb();
    (void)state;
    enter(&vmcb);
    assert_true(guest.sev);
    assert_false(guest.es);
    assert_false(guest.snp);
    assert_int_equal(guest.asid, STAGE_ASID);
    assert_int_equal(guest.ncr3, 0x10000 | C_BIT);
    assert_true(x86_vmexit(&stage.machine, &guest, NULL));
}

static void asids_of_the_other_kind(void **state)
{
    struct x86_vmcb vmcb = sev_vmcb();
    (void)state;
    stage_set_key(510, 1);
    stage_set_key(99, 1);
    vmcb.asid = 0;
    refuse(&vmcb, X86_VMRUN_ASID);
    vmcb.asid = 99;
    refuse(&vmcb, X86_VMRUN_ASID);
    vmcb.asid = 510;
    refuse(&vmcb, X86_VMRUN_ASID);
    vmcb = es_vmcb();
    (void)make_vmsa();
    vmcb.asid = 0;
    refuse(&vmcb, X86_VMRUN_ASID);
    vmcb.asid = STAGE_ASID;
    refuse(&vmcb, X86_VMRUN_ASID);
}

static void what_encryption_needs(void **state)
{
    struct x86_vmcb vmcb = sev_vmcb();
    (void)state;
    vmcb.nested_paging = false;
    refuse(&vmcb, X86_VMRUN_NESTED_PAGING);
    vmcb = es_vmcb();
    vmcb.sev = false;
    refuse(&vmcb, X86_VMRUN_NESTED_PAGING);
    vmcb = sev_vmcb();
    stage_core(0)->syscfg = 0;
    refuse(&vmcb, X86_VMRUN_NO_ENCRYPTION);
}

static void key_and_core_of_the_asid(void **state)
{
    struct fabric_slot_cores *cores =
        (struct fabric_slot_cores *)(void *)(stage.fabric + FABRIC_SLOT_CORES_OFFSET) + STAGE_ASID;
    struct x86_vmcb vmcb = sev_vmcb();
    (void)state;
    cores->bits[0] = 6;
    refuse(&vmcb, X86_VMRUN_CORE);
    assert_int_equal(x86_vmrun(&stage.machine, 2, &vmcb, &guest, NULL), X86_VMRUN_OK);
    stage_set_key(STAGE_ASID, 0);
    refuse(&vmcb, X86_VMRUN_NO_KEY);
    vmcb.asid = STAGE_EMPTY_ASID;
    refuse(&vmcb, X86_VMRUN_NO_KEY);
    vmcb.asid = STAGE_OTHER_ASID;
    stage_memctl()->magic = 0;
    refuse(&vmcb, X86_VMRUN_NO_KEY);
}

/* The firmware has stopped in the middle of a change. */
static void nothing_is_allowed_while_nobody_can_tell(void **state)
{
    const struct x86_vmcb vmcb = sev_vmcb();
    (void)state;
    stage_memctl()->generation++;
    refuse(&vmcb, X86_VMRUN_VMCB);
    assert_false(x86_slot_of(&stage.machine, STAGE_ASID, 0).has_key);
    stage_memctl()->generation++;
    assert_true(x86_slot_of(&stage.machine, STAGE_ASID, 0).has_key);
    assert_true(x86_slot_of(&stage.machine, STAGE_ASID, 0).allows_core);
    assert_false(x86_slot_of(&stage.machine, FABRIC_SLOTS_MAX, 0).has_key);
    assert_false(x86_slot_of(&stage.machine, STAGE_ASID, FABRIC_CORES_MAX).allows_core);
}

static void registers_come_and_go_encrypted(void **state)
{
    const struct x86_vmcb vmcb = es_vmcb();
    uint8_t seen[SEV_VMSA_BYTES];
    (void)state;
    const struct vmsa_entry *entry = make_vmsa();
    enter(&vmcb);
    assert_true(guest.es);
    assert_false(guest.snp);
    assert_memory_equal(loaded, registers, sizeof loaded);
    assert_int_equal(entry->state, VMSA_ENTRY_RUNNING);
    loaded[8] ^= 1;
    assert_true(x86_vmexit(&stage.machine, &guest, loaded));
    assert_int_equal(entry->state, VMSA_ENTRY_USED);
    stage_look(VMSA, STAGE_ES_ASID, seen);
    assert_memory_equal(seen, loaded, sizeof loaded);
    enter(&vmcb);
    assert_memory_equal(seen, loaded, sizeof loaded);
}

static void vmsa_that_was_changed(void **state)
{
    const struct x86_vmcb vmcb = es_vmcb();
    uint8_t old[SEV_VMSA_BYTES];
    (void)state;
    const struct vmsa_entry *entry = make_vmsa();
    memcpy(old, stage_dram(VMSA), sizeof old);
    stage_dram(VMSA)[100] ^= 1;
    refuse(&vmcb, X86_VMRUN_VMSA_CHANGED);
    assert_int_equal(x86_vmrun_exit_code(X86_VMRUN_VMSA_CHANGED), X86_VMEXIT_INVALID);
    assert_int_equal(entry->state, VMSA_ENTRY_USED);
    stage_dram(VMSA)[100] ^= 1;
    enter(&vmcb);
    loaded[8] ^= 1;
    assert_true(x86_vmexit(&stage.machine, &guest, loaded));
    memcpy(stage_dram(VMSA), old, sizeof old); /* replay */
    refuse(&vmcb, X86_VMRUN_VMSA_CHANGED);
}

/* The guest writes to its own VMSA: the core reads that, and the value does not fit. */
static void guest_that_changes_its_vmsa(void **state)
{
    const struct x86_vmcb vmcb = es_vmcb();
    const uint8_t byte = 0xFF;
    (void)state;
    (void)make_vmsa();
    assert_int_equal(x86_cache_write(stage.machine.cache, VMSA, STAGE_ES_ASID, &byte, 1),
                     MEMORY_CONTROLLER_OK);
    refuse(&vmcb, X86_VMRUN_VMSA_CHANGED);
}

/* What a guest had cached of the page does not come back over the registers. */
static void saved_registers_are_the_last_word(void **state)
{
    const struct x86_vmcb vmcb = es_vmcb();
    const uint8_t byte = 0xFF;
    (void)state;
    (void)make_vmsa();
    enter(&vmcb);
    assert_int_equal(x86_cache_write(stage.machine.cache, VMSA, STAGE_ES_ASID, &byte, 1),
                     MEMORY_CONTROLLER_OK);
    assert_true(x86_vmexit(&stage.machine, &guest, loaded));
    x86_cache_flush(stage.machine.cache);
    enter(&vmcb);
}

static void pages_that_are_no_vmsa(void **state)
{
    struct x86_vmcb vmcb = es_vmcb();
    (void)state;
    refuse(&vmcb, X86_VMRUN_VMSA); /* SEV-ES is off */
    struct vmsa_entry *entry = make_vmsa();
    vmcb.vmsa += 0x1000;
    refuse(&vmcb, X86_VMRUN_VMSA);
    vmcb.vmsa = VMSA + 8;
    refuse(&vmcb, X86_VMRUN_VMSA);
    entry->state = VMSA_ENTRY_REMOVED;
    vmcb.vmsa = VMSA;
    refuse(&vmcb, X86_VMRUN_VMSA);
}

static void vmsa_that_another_core_runs(void **state)
{
    const struct x86_vmcb vmcb = es_vmcb();
    struct x86_guest first;
    (void)state;
    (void)make_vmsa();
    enter(&vmcb);
    first = guest;
    refuse(&vmcb, X86_VMRUN_VMSA_BUSY);
    assert_int_equal(x86_vmrun_exit_code(X86_VMRUN_VMSA_BUSY), X86_VMEXIT_BUSY);
    assert_true(x86_vmexit(&stage.machine, &first, registers));
    enter(&vmcb);
}

/* DECOMMISSION while the guest runs. */
static void guest_that_has_ended_saves_nothing(void **state)
{
    const struct x86_vmcb vmcb = es_vmcb();
    uint8_t before[SEV_VMSA_BYTES];
    (void)state;
    struct vmsa_entry *entry = make_vmsa();
    enter(&vmcb);
    entry->state = VMSA_ENTRY_ABANDONED;
    memcpy(before, stage_dram(VMSA), sizeof before);
    loaded[8] ^= 1;
    assert_false(x86_vmexit(&stage.machine, &guest, loaded));
    assert_memory_equal(stage_dram(VMSA), before, sizeof before);
    assert_int_equal(entry->state, VMSA_ENTRY_REMOVED);
}

static void es_vmsa_that_asks_for_snp(void **state)
{
    const struct x86_vmcb vmcb = es_vmcb();
    (void)state;
    struct vmsa_entry *entry = make_vmsa();
    registers[SNP_VMSA_SEV_FEATURES] = SNP_VMSA_FEATURE_ACTIVE;
    stage_put(VMSA, STAGE_ES_ASID, registers);
    assert_true(vmsa_compute(&stage.machine.hardware, VMSA, HANDLE, registers, entry->value));
    refuse(&vmcb, X86_VMRUN_FEATURES);
    assert_int_equal(entry->state, VMSA_ENTRY_USED);
}

static void snp_guest(void **state)
{
    const struct x86_vmcb vmcb = es_vmcb();
    uint8_t seen[SEV_VMSA_BYTES];
    (void)state;
    make_snp_vmsa(SNP_VMSA_FEATURE_ACTIVE, 2);
    enter(&vmcb);
    assert_true(guest.snp);
    assert_int_equal(guest.vmpl, 2);
    assert_int_equal(guest.features, SNP_VMSA_FEATURE_ACTIVE);
    assert_memory_equal(loaded, registers, sizeof loaded);
    loaded[8] ^= 1;
    assert_true(x86_vmexit(&stage.machine, &guest, loaded));
    stage_look(VMSA, STAGE_ES_ASID, seen);
    assert_memory_equal(seen, loaded, sizeof seen);
}

/* A VMSA that a guest has made for another of its processors is in the caches, perhaps. */
static void snp_vmsa_that_a_guest_has_just_written(void **state)
{
    const struct x86_vmcb vmcb = es_vmcb();
    const uint8_t byte = 0xA5;
    (void)state;
    make_snp_vmsa(SNP_VMSA_FEATURE_ACTIVE, 0);
    assert_int_equal(x86_cache_write(stage.machine.cache, VMSA + 9, STAGE_ES_ASID, &byte, 1),
                     MEMORY_CONTROLLER_OK);
    enter(&vmcb);
    assert_int_equal(loaded[9], byte);
}

static void snp_vmsa_is_taken_until_it_is_given_up(void **state)
{
    const struct rmpupdate_state hosts = {.assigned = 0};
    const struct x86_vmcb vmcb = es_vmcb();
    struct x86_guest first;
    (void)state;
    make_snp_vmsa(SNP_VMSA_FEATURE_ACTIVE, 0);
    enter(&vmcb);
    first = guest;
    assert_int_equal(x86_vmrun(&stage.machine, 1, &vmcb, &guest, loaded), X86_VMRUN_VMSA_BUSY);
    assert_int_equal(x86_rmpupdate(&stage.machine.rmp, 0, VMSA, &hosts).result, RMP_FAIL_INUSE);
    assert_true(x86_vmexit(&stage.machine, &first, registers));
    assert_int_equal(x86_rmpupdate(&stage.machine.rmp, 0, VMSA, &hosts).result, RMP_SUCCESS);
    refuse(&vmcb, X86_VMRUN_VMSA);
}

/* The guest's key, or the table, has gone while the core ran it: the page may be anybody's now. */
static void leaves_without_saving(void)
{
    const struct rmpupdate_state hosts = {.assigned = 0};
    uint8_t before[SEV_VMSA_BYTES];
    memcpy(before, stage_dram(VMSA), sizeof before);
    loaded[8] ^= 1;
    assert_false(x86_vmexit(&stage.machine, &guest, loaded));
    assert_memory_equal(stage_dram(VMSA), before, sizeof before);
    assert_int_not_equal(x86_rmpupdate(&stage.machine.rmp, 0, VMSA, &hosts).result, RMP_FAIL_INUSE);
}

static void snp_guest_that_has_ended_saves_nothing(void **state)
{
    const struct x86_vmcb vmcb = es_vmcb();
    (void)state;
    make_snp_vmsa(SNP_VMSA_FEATURE_ACTIVE, 0);
    enter(&vmcb);
    stage_set_key(STAGE_ES_ASID, 0);
    leaves_without_saving();
}

static void snp_guest_whose_table_has_gone_saves_nothing(void **state)
{
    const struct x86_vmcb vmcb = es_vmcb();
    (void)state;
    make_snp_vmsa(SNP_VMSA_FEATURE_ACTIVE, 0);
    enter(&vmcb);
    stage_memctl()->rmp.flags = 0;
    stage_memctl()->generation += 2;
    leaves_without_saving();
}

static void snp_vmsa_that_is_refused_is_given_up(void **state)
{
    const struct x86_vmcb vmcb = es_vmcb();
    (void)state;
    make_snp_vmsa(0, 0);
    refuse(&vmcb, X86_VMRUN_FEATURES);
    make_snp_vmsa(SNP_VMSA_FEATURE_ACTIVE | SNP_VMSA_FEATURE_SECURE_TSC, 0);
    refuse(&vmcb, X86_VMRUN_FEATURES);
    make_snp_vmsa(SNP_VMSA_FEATURE_ACTIVE, 4);
    refuse(&vmcb, X86_VMRUN_VMPL);
    make_snp_vmsa(SNP_VMSA_FEATURE_ACTIVE, 1);
    stage_core(0)->syscfg &= ~SYSCFG_SNP_VMPL_EN;
    refuse(&vmcb, X86_VMRUN_VMPL);
    stage_core(0)->syscfg |= SYSCFG_SNP_VMPL_EN;
    enter(&vmcb);
}

static void snp_pages_that_are_no_vmsa(void **state)
{
    struct x86_vmcb vmcb = es_vmcb();
    (void)state;
    make_snp_vmsa(SNP_VMSA_FEATURE_ACTIVE, 0);
    stage_give(VMSA + 0x1000, false, STAGE_ES_ASID, GPA + 0x1000);
    vmcb.vmsa += 0x1000;
    refuse(&vmcb, X86_VMRUN_VMSA);
    vmcb.vmsa = VMSA;
    vmcb.asid = 6; /* another guest's */
    stage_set_key(6, 0x66);
    refuse(&vmcb, X86_VMRUN_VMSA);
}

static void vmcb_in_a_guests_page(void **state)
{
    const struct x86_vmcb vmcb = sev_vmcb();
    (void)state;
    stage_rmp();
    stage_give(VMCB, false, STAGE_ES_ASID, GPA);
    refuse(&vmcb, X86_VMRUN_VMCB);
}

static void every_refusal_has_a_text(void **state)
{
    (void)state;
    for (int result = 0; result <= X86_VMRUN_VMPL; result++) {
        assert_string_not_equal(x86_vmrun_result_text((enum x86_vmrun_result)result),
                                "unknown result");
    }
    assert_string_equal(x86_vmrun_result_text((enum x86_vmrun_result)99), "unknown result");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(guest_without_encryption),
        STAGED(guest_with_sev),
        STAGED(asids_of_the_other_kind),
        STAGED(what_encryption_needs),
        STAGED(key_and_core_of_the_asid),
        STAGED(nothing_is_allowed_while_nobody_can_tell),
        STAGED(registers_come_and_go_encrypted),
        STAGED(vmsa_that_was_changed),
        STAGED(guest_that_changes_its_vmsa),
        STAGED(saved_registers_are_the_last_word),
        STAGED(pages_that_are_no_vmsa),
        STAGED(vmsa_that_another_core_runs),
        STAGED(guest_that_has_ended_saves_nothing),
        STAGED(es_vmsa_that_asks_for_snp),
        STAGED(snp_guest),
        STAGED(snp_vmsa_that_a_guest_has_just_written),
        STAGED(snp_vmsa_is_taken_until_it_is_given_up),
        STAGED(snp_guest_that_has_ended_saves_nothing),
        STAGED(snp_guest_whose_table_has_gone_saves_nothing),
        STAGED(snp_vmsa_that_is_refused_is_given_up),
        STAGED(snp_pages_that_are_no_vmsa),
        STAGED(vmcb_in_a_guests_page),
        STAGED(every_refusal_has_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
