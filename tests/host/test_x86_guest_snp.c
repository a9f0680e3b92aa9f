/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page walks of guests that ask the reverse map table: of SEV-SNP guests, and of others beside it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "host/x86/rmp_instructions.h"
#include "tests/host/x86_guest_stage.h"

#define FINAL X86_RMP_ERROR_FINAL
#define TABLE X86_RMP_ERROR_TABLE
#define ENC X86_RMP_ERROR_ENC
#define RMP X86_RMP_ERROR_RMP

static struct x86_view *view = &guest_stage.view;

/* With SEV-SNP on, what another guest writes is the host's to write. */
static void guest_without_snp_beside_the_table(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    stage_rmp();
    guest_stage_leads_to(X86_RMP_WRITE, STAGE_ASID, true);
    stage_give(GUEST_SPA, false, STAGE_ES_ASID, 0x5000);
    guest_stage_leads_to(X86_RMP_READ, STAGE_ASID, true);
    guest_stage_npf(X86_RMP_WRITE, FINAL | RMP | X86_PF_PRESENT | X86_PF_USER | X86_PF_WRITE,
                    GUEST_PAGE + 0x10);
}

static void nested_tables_in_a_guests_page_get_no_marks(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    stage_rmp();
    stage_give(0x20000, false, STAGE_ES_ASID, 0x5000);
    guest_stage_npf(X86_RMP_READ, TABLE | RMP | X86_PF_PRESENT | X86_PF_USER | X86_PF_WRITE,
                    guest_stage_entry_gpa(4));
}

static void snp_guest_in_order(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    guest_stage_leads_to(X86_RMP_READ, STAGE_ES_ASID, true);
    guest_stage_leads_to(X86_RMP_FETCH, STAGE_ES_ASID, true);
    guest_stage_leads_to(X86_RMP_WRITE, STAGE_ES_ASID, true);
    assert_int_equal(guest_stage_walk(X86_RMP_WRITE).rights, X86_RIGHT_READ | X86_RIGHT_WRITE);
}

static void snp_missing_page_tells_whether_it_was_private(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, 0);
    guest_stage_npf(X86_RMP_READ, FINAL | ENC | X86_PF_USER, GUEST_PAGE + 0x10);
    guest_stage_map(GUEST_PAGE, PTE_ALL);
    guest_stage_npf(X86_RMP_READ, FINAL | X86_PF_USER, GUEST_PAGE + 0x10);
    guest_stage_npf(X86_RMP_FETCH, FINAL | ENC | X86_PF_USER | X86_PF_FETCH, GUEST_PAGE + 0x10);
}

/* The host maps another page of the guest, or one of its own, in the place of the right one. */
static void snp_remapped_page(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    const uint64_t error = FINAL | RMP | ENC | X86_PF_PRESENT | X86_PF_USER;
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, (GUEST_SPA + 0x1000) | PTE_ALL);
    guest_stage_npf(X86_RMP_READ, error, GUEST_PAGE + 0x10);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, 0x300000 | PTE_ALL);
    guest_stage_npf(X86_RMP_WRITE, error | X86_PF_WRITE, GUEST_PAGE + 0x10);
    guest_stage_map(GUEST_PAGE, PTE_ALL); /* the host's page, shared: all is well */
    assert_int_equal(guest_stage_walk(X86_RMP_READ).key, X86_KEY_NONE);
}

static void snp_shared_access_to_its_own_page(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    guest_stage_map(GUEST_PAGE, PTE_ALL);
    guest_stage_npf(X86_RMP_READ, FINAL | RMP | X86_PF_PRESENT | X86_PF_USER, GUEST_PAGE + 0x10);
    guest_stage_npf(X86_RMP_WRITE, FINAL | RMP | X86_PF_PRESENT | X86_PF_USER | X86_PF_WRITE,
                    GUEST_PAGE + 0x10);
}

/* @return what a nested walk says of an address that is mapped with 1 GiB */
static struct x86_translation nested(uint64_t gpa, bool c_bit, enum x86_rmp_access access)
{
    struct x86_translation found = {.bytes = 0};
    const struct x86_fault fault = x86_walk_nested(&stage.machine, &guest_stage.guest,
                                                   0x40000000 + gpa, c_bit, access, &found);
    assert_int_equal(fault.kind, X86_FAULT_NONE);
    assert_int_equal(found.spa, gpa);
    assert_true(found.nested_large);
    assert_int_equal(found.page_offset, gpa % found.bytes);
    return found;
}

/* Who keeps a translation asks no more: it must not reach further than the table was looked at. */
static void translation_ends_where_the_table_may_say_else(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    stage_give(0x600000, true, STAGE_ES_ASID, 0x40600000);
    tables_map(&guest_stage.nested, 0x40000000, 3, PTE_ALL);
    assert_int_equal(nested(0x612345, true, X86_RMP_READ).bytes, 0x200000);
    assert_int_equal(nested(0x112345, false, X86_RMP_READ).bytes, 0x1000);
    assert_int_equal(nested(0x112345, false, X86_RMP_WRITE).bytes, 0x1000);
    guest_stage.guest.snp = false;
    assert_int_equal(nested(0x112345, false, X86_RMP_READ).bytes, 0x40000000);
    assert_int_equal(nested(0x112345, false, X86_RMP_WRITE).bytes, 0x200000);
}

static void snp_page_of_another_size(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    tables_map(&guest_stage.nested, 0, 2, GUEST_BASE | PTE_ALL);
    guest_stage_npf(X86_RMP_READ, TABLE | RMP | ENC | X86_PF_PRESENT | X86_PF_USER,
                    guest_stage_entry_gpa(4));
}

static void validate(uint64_t gpa, uint64_t validated)
{
    const struct x86_rmp_guest guest = {
        .asid = STAGE_ES_ASID, .c_bit = true, .gpa = gpa, .spa = guest_stage_spa(gpa)};
    const struct x86_rmp_outcome outcome =
        x86_pvalidate(&stage.machine.rmp, &guest, 0, 0, validated);
    assert_int_equal(outcome.event, X86_RMP_EVENT_NONE);
    assert_int_equal(outcome.result, RMP_SUCCESS);
}

static void adjust(uint64_t gpa, uint64_t vmpl, uint64_t permissions)
{
    const struct x86_rmp_guest guest = {
        .asid = STAGE_ES_ASID, .c_bit = true, .gpa = gpa, .spa = guest_stage_spa(gpa)};
    const struct x86_rmp_outcome outcome = x86_rmpadjust(
        &stage.machine.rmp, &guest, 0, 0, vmpl | permissions << X86_RMP_RDX_PERMISSIONS_SHIFT);
    assert_int_equal(outcome.event, X86_RMP_EVENT_NONE);
    assert_int_equal(outcome.result, RMP_SUCCESS);
}

static void snp_page_that_is_not_validated(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    validate(GUEST_PAGE, 0);
    tables_fault(view, GUEST_LINEAR + 0x10, X86_RMP_READ, X86_FAULT_VC, X86_RMP_PAGE_NOT_VALIDATED,
                 GUEST_LINEAR + 0x10);
    validate(GUEST_PAGE, 1);
    guest_stage_leads_to(X86_RMP_READ, STAGE_ES_ASID, true);
    const uint64_t table = guest_stage_entry_gpa(1);
    validate(table - table % 0x1000, 0);
    tables_fault(view, GUEST_LINEAR + 0x10, X86_RMP_READ, X86_FAULT_VC, X86_RMP_PAGE_NOT_VALIDATED,
                 GUEST_LINEAR + 0x10);
}

static void snp_permissions_of_a_vmpl(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    for (uint64_t gpa = 0; gpa < GUEST_BYTES; gpa += X86_PAGE_BYTES) {
        adjust(gpa, 1, RMP_PERMISSION_READ | RMP_PERMISSION_WRITE);
    }
    adjust(GUEST_PAGE, 1, RMP_PERMISSION_READ | RMP_PERMISSION_EXECUTE_USER);
    guest_stage.guest.vmpl = 1;
    const uint64_t error = FINAL | RMP | ENC | X86_RMP_ERROR_VMPL | X86_PF_PRESENT | X86_PF_USER;
    guest_stage_leads_to(X86_RMP_READ, STAGE_ES_ASID, true);
    guest_stage_npf(X86_RMP_WRITE, error | X86_PF_WRITE, GUEST_PAGE + 0x10);
    guest_stage_npf(X86_RMP_FETCH, error | X86_PF_FETCH, GUEST_PAGE + 0x10);
    view->user = true;
    guest_stage_leads_to(X86_RMP_FETCH, STAGE_ES_ASID, true);
}

/* A lesser VMPL may walk a table that it may not write, as long as nothing is to be marked. */
static void snp_table_that_a_vmpl_may_only_read(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    for (uint64_t gpa = 0; gpa < GUEST_BYTES; gpa += X86_PAGE_BYTES) {
        adjust(gpa, 1, RMP_PERMISSION_READ | RMP_PERMISSION_WRITE);
    }
    const uint64_t entry = guest_stage_entry_gpa(1);
    adjust(entry - entry % 0x1000, 1, RMP_PERMISSION_READ);
    guest_stage.guest.vmpl = 1;
    guest_stage_npf(X86_RMP_READ,
                    TABLE | RMP | ENC | X86_RMP_ERROR_VMPL | X86_PF_PRESENT | X86_PF_USER |
                        X86_PF_WRITE,
                    entry);
    guest_stage_map(GUEST_PAGE, PTE_ALL | GUEST_C_BIT | PTE_A);
    guest_stage_leads_to(X86_RMP_READ, STAGE_ES_ASID, true);
}

/* PVALIDATE's page is not accessed, its way there is. */
static void snp_operand_of_an_instruction(void **state)
{
    struct x86_translation found;
    (void)state;
    guest_stage_make(GUEST_SNP);
    validate(GUEST_PAGE, 0);
    struct x86_fault fault = x86_walk_operand(&stage.machine, view, GUEST_LINEAR + 0x10, &found);
    assert_int_equal(fault.kind, X86_FAULT_NONE);
    assert_int_equal(found.spa, GUEST_SPA + 0x10);
    assert_int_equal(found.gpa, GUEST_PAGE + 0x10);
    assert_true(found.c_bit);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, 0);
    fault = x86_walk_operand(&stage.machine, view, GUEST_LINEAR + 0x10, &found);
    assert_int_equal(fault.kind, X86_FAULT_NPF);
    const uint64_t table = guest_stage_entry_gpa(1);
    validate(table - table % 0x1000, 0);
    fault = x86_walk_operand(&stage.machine, view, GUEST_LINEAR + 0x10, &found);
    assert_int_equal(fault.kind, X86_FAULT_VC);
}

/* Who may write but not read a page is given the one right only. */
static void snp_page_for_writing_only(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    for (uint64_t gpa = 0; gpa < GUEST_BYTES; gpa += X86_PAGE_BYTES) {
        adjust(gpa, 1, RMP_PERMISSION_READ | RMP_PERMISSION_WRITE);
    }
    adjust(GUEST_PAGE, 1, RMP_PERMISSION_WRITE);
    guest_stage.guest.vmpl = 1;
    assert_int_equal(guest_stage_walk(X86_RMP_WRITE).rights, X86_RIGHT_WRITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(guest_without_snp_beside_the_table),
        STAGED(nested_tables_in_a_guests_page_get_no_marks),
        STAGED(snp_guest_in_order),
        STAGED(snp_missing_page_tells_whether_it_was_private),
        STAGED(snp_remapped_page),
        STAGED(snp_shared_access_to_its_own_page),
        STAGED(translation_ends_where_the_table_may_say_else),
        STAGED(snp_page_of_another_size),
        STAGED(snp_page_that_is_not_validated),
        STAGED(snp_permissions_of_a_vmpl),
        STAGED(snp_table_that_a_vmpl_may_only_read),
        STAGED(snp_operand_of_an_instruction),
        STAGED(snp_page_for_writing_only),
    };
    return cmocka_run_group_tests_name("x86 SEV-SNP guests", tests, NULL, NULL);
}
