/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page walks of guests: keys, nested tables, and the reverse map table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "host/x86/access.h"
#include "host/x86/rmp_instructions.h"
#include "tests/host/x86_guest_stage.h"

#define SPA (GUEST_BASE + GUEST_PAGE)
#define FINAL X86_RMP_ERROR_FINAL
#define TABLE X86_RMP_ERROR_TABLE
#define ENC X86_RMP_ERROR_ENC
#define RMP X86_RMP_ERROR_RMP

static struct x86_view *view = &guest_stage.view;

static struct x86_translation walk(enum x86_rmp_access access)
{
    return tables_walk(view, GUEST_LINEAR + 0x10, access);
}

static void leads_to(enum x86_rmp_access access, uint32_t key, bool private)
{
    const struct x86_translation found = walk(access);
    assert_int_equal(found.spa, SPA + 0x10);
    assert_int_equal(found.gpa, GUEST_PAGE + 0x10);
    assert_int_equal(found.key, key);
    assert_int_equal(found.c_bit, private);
    assert_int_equal(found.bytes, 0x1000);
    assert_false(found.nested_large);
}

static void npf(enum x86_rmp_access access, uint64_t error, uint64_t gpa)
{
    tables_fault(view, GUEST_LINEAR + 0x10, access, X86_FAULT_NPF, error, gpa);
}

static void page_fault(enum x86_rmp_access access, uint64_t error)
{
    tables_fault(view, GUEST_LINEAR + 0x10, access, X86_FAULT_PF, error, GUEST_LINEAR + 0x10);
}

static void plain_guest_has_no_c_bit(void **state)
{
    (void)state;
    guest_stage_make(GUEST_PLAIN);
    leads_to(X86_RMP_READ, X86_KEY_NONE, false);
    leads_to(X86_RMP_FETCH, X86_KEY_NONE, false);
    guest_stage_map(GUEST_PAGE, PTE_ALL | GUEST_C_BIT);
    page_fault(X86_RMP_READ, X86_PF_PRESENT | X86_PF_RESERVED);
}

/* The host encrypts a plain guest's memory by the C-bit in the nested table. */
static void plain_guest_with_the_hosts_key(void **state)
{
    (void)state;
    guest_stage_make(GUEST_PLAIN);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, SPA | PTE_ALL | GUEST_C_BIT);
    leads_to(X86_RMP_READ, X86_KEY_HOST, false);
}

static void private_pages_have_the_guests_key(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    leads_to(X86_RMP_READ, STAGE_ASID, true);
    leads_to(X86_RMP_WRITE, STAGE_ASID, true);
    leads_to(X86_RMP_FETCH, STAGE_ASID, true);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, SPA | PTE_ALL | GUEST_C_BIT);
    leads_to(X86_RMP_READ, STAGE_ASID, true);
}

static void shared_pages_are_as_the_nested_table_says(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    guest_stage_map(GUEST_PAGE, PTE_ALL);
    leads_to(X86_RMP_READ, X86_KEY_NONE, false);
    leads_to(X86_RMP_WRITE, X86_KEY_NONE, false);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, SPA | PTE_ALL | GUEST_C_BIT);
    leads_to(X86_RMP_READ, X86_KEY_HOST, false);
}

static void fetches_are_private(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    guest_stage_map(GUEST_PAGE, PTE_ALL);
    leads_to(X86_RMP_FETCH, STAGE_ASID, true);
}

/* CR3 and the entries above the last one lead to private tables, C-bit or not. */
static void walks_are_private(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    guest_stage.tables.c_bit = GUEST_C_BIT;
    for (uint32_t level = 4; level > 1; level--) {
        tables_set_entry(&guest_stage.tables, GUEST_LINEAR, level,
                         tables_entry(&guest_stage.tables, GUEST_LINEAR, level) | GUEST_C_BIT);
        leads_to(X86_RMP_READ, STAGE_ASID, true);
    }
    view->cr3 |= GUEST_C_BIT;
    leads_to(X86_RMP_READ, STAGE_ASID, true);
    view->cr3 &= ~GUEST_C_BIT;
    leads_to(X86_RMP_READ, STAGE_ASID, true);
}

/* A host that writes a page table for the guest writes ciphertext that nobody made. */
static void tables_that_the_host_writes_are_garbage(void **state)
{
    struct x86_translation found;
    (void)state;
    guest_stage_make(GUEST_SEV);
    stage_put_word(guest_stage_spa(guest_stage_entry_gpa(1)), X86_KEY_NONE, SPA | PTE_ALL);
    const struct x86_fault fault =
        x86_walk(&stage.machine, view, GUEST_LINEAR, X86_RMP_READ, &found);
    assert_true(fault.kind != X86_FAULT_NONE || found.gpa != GUEST_PAGE);
}

static void without_paging_all_is_private(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    view->cr0 = 0;
    view->efer = 0;
    const struct x86_translation found = tables_walk(view, GUEST_PAGE + 9, X86_RMP_READ);
    assert_int_equal(found.spa, SPA + 9);
    assert_int_equal(found.key, STAGE_ASID);
    assert_true(found.c_bit);
}

static void paging_of_32_bits_is_all_private(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    guest_stage.tables = tables_make(TABLES_32BIT, GUEST_TABLES, STAGE_ASID, GUEST_BASE);
    tables_map(&guest_stage.tables, 0x40201000, 1, GUEST_PAGE | PTE_ALL);
    *view = tables_guest_view(&guest_stage.tables, &guest_stage.guest);
    const struct x86_translation found = tables_walk(view, 0x40201008, X86_RMP_WRITE);
    assert_int_equal(found.spa, SPA + 8);
    assert_int_equal(found.key, STAGE_ASID);
}

static void pae_has_a_c_bit(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    guest_stage.tables = tables_make(TABLES_PAE, GUEST_TABLES, STAGE_ASID, GUEST_BASE);
    tables_map(&guest_stage.tables, 0x40201000, 1, GUEST_PAGE | PTE_ALL | GUEST_C_BIT);
    tables_map(&guest_stage.tables, 0x40202000, 1, GUEST_PAGE | PTE_ALL);
    *view = tables_guest_view(&guest_stage.tables, &guest_stage.guest);
    assert_int_equal(tables_walk(view, 0x40201000, X86_RMP_READ).key, STAGE_ASID);
    assert_int_equal(tables_walk(view, 0x40202000, X86_RMP_READ).key, X86_KEY_NONE);
}

static void tsme_has_the_hosts_key_for_what_is_shared(void **state)
{
    const struct stage_options options = {.flags = FABRIC_FLAG_TSME};
    stage_tear_down(state);
    stage_open(&options);
    guest_stage_make(GUEST_SEV);
    uint8_t page[X86_PAGE_BYTES];
    for (uint64_t spa = 0x20000; spa < 0x30000; spa += X86_PAGE_BYTES) {
        stage_look(spa, X86_KEY_NONE, page); /* the nested tables */
        stage_put(spa, X86_KEY_HOST, page);
    }
    leads_to(X86_RMP_READ, STAGE_ASID, true);
    guest_stage_map(GUEST_PAGE, PTE_ALL);
    leads_to(X86_RMP_READ, X86_KEY_HOST, false);
}

static void smaller_page_of_the_two_counts(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    tables_map(&guest_stage.tables, GUEST_LINEAR, 2, 0 | PTE_ALL | GUEST_C_BIT);
    struct x86_translation found = tables_walk(view, GUEST_LINEAR, X86_RMP_READ);
    assert_int_equal(found.bytes, 0x1000);
    assert_int_equal(found.gpa, GUEST_LINEAR % 0x200000);
    tables_map(&guest_stage.nested, 0, 2, GUEST_BASE | PTE_ALL);
    found = tables_walk(view, GUEST_LINEAR + 0x345, X86_RMP_READ);
    assert_int_equal(found.bytes, 0x200000);
    assert_true(found.nested_large);
    assert_int_equal(found.page_offset, (GUEST_LINEAR + 0x345) % 0x200000);
    assert_int_equal(found.spa, GUEST_BASE + (GUEST_LINEAR + 0x345) % 0x200000);
    guest_stage.tables = tables_make(TABLES_LONG, GUEST_TABLES, STAGE_ASID, GUEST_BASE);
    guest_stage_map(GUEST_PAGE, PTE_ALL | GUEST_C_BIT);
    found = tables_walk(view, GUEST_LINEAR + 0x345, X86_RMP_READ);
    assert_int_equal(found.bytes, 0x1000);
    assert_int_equal(found.page_offset, 0x345);
    assert_true(found.nested_large);
    assert_int_equal(found.spa, SPA + 0x345);
}

static void guests_own_faults(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    guest_stage_map(GUEST_PAGE, PTE_P | PTE_U | GUEST_C_BIT | PTE_NX);
    page_fault(X86_RMP_WRITE, X86_PF_PRESENT | X86_PF_WRITE);
    page_fault(X86_RMP_FETCH, X86_PF_PRESENT | X86_PF_FETCH);
    guest_stage_map(GUEST_PAGE, PTE_P | GUEST_C_BIT);
    view->user = true;
    page_fault(X86_RMP_READ, X86_PF_PRESENT | X86_PF_USER);
    guest_stage_map(GUEST_PAGE, 0);
    page_fault(X86_RMP_READ, X86_PF_USER);
    guest_stage_map(GUEST_PAGE, PTE_ALL | 1ull << 50);
    page_fault(X86_RMP_READ, X86_PF_PRESENT | X86_PF_USER | X86_PF_RESERVED);
}

static void unmapped_guest_memory(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, 0);
    npf(X86_RMP_READ, FINAL | X86_PF_USER, GUEST_PAGE + 0x10);
    npf(X86_RMP_WRITE, FINAL | X86_PF_USER | X86_PF_WRITE, GUEST_PAGE + 0x10);
    npf(X86_RMP_FETCH, FINAL | X86_PF_USER | X86_PF_FETCH, GUEST_PAGE + 0x10);
    guest_stage_map(1ull << 47, PTE_ALL);
    npf(X86_RMP_READ, FINAL | X86_PF_USER, (1ull << 47) + 0x10);
}

static void nested_rights(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, SPA | PTE_P | PTE_U | PTE_NX);
    leads_to(X86_RMP_READ, STAGE_ASID, true);
    npf(X86_RMP_WRITE, FINAL | X86_PF_PRESENT | X86_PF_USER | X86_PF_WRITE, GUEST_PAGE + 0x10);
    npf(X86_RMP_FETCH, FINAL | X86_PF_PRESENT | X86_PF_USER | X86_PF_FETCH, GUEST_PAGE + 0x10);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, SPA | PTE_P | PTE_W);
    npf(X86_RMP_READ, FINAL | X86_PF_PRESENT | X86_PF_USER, GUEST_PAGE + 0x10);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, SPA | PTE_ALL | 1ull << 50);
    npf(X86_RMP_READ, FINAL | X86_PF_PRESENT | X86_PF_USER | X86_PF_RESERVED, GUEST_PAGE + 0x10);
}

/* Guests' tables are written, as far as the nested table goes. */
static void nested_faults_of_tables(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    for (uint32_t level = 4; level > 0; level--) {
        const uint64_t gpa = guest_stage_entry_gpa(level);
        const uint64_t page = gpa - gpa % 0x1000;
        tables_map(&guest_stage.nested, page, 1, 0);
        npf(X86_RMP_READ, TABLE | X86_PF_USER | X86_PF_WRITE, gpa);
        tables_map(&guest_stage.nested, page, 1, guest_stage_spa(page) | PTE_P | PTE_U);
        npf(X86_RMP_FETCH, TABLE | X86_PF_PRESENT | X86_PF_USER | X86_PF_WRITE, gpa);
        tables_map(&guest_stage.nested, page, 1, guest_stage_spa(page) | PTE_ALL);
    }
}

static void nested_accessed_and_dirty(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    (void)walk(X86_RMP_READ);
    assert_int_equal(tables_entry(&guest_stage.nested, GUEST_PAGE, 1) & (PTE_A | PTE_D), PTE_A);
    assert_int_equal(tables_entry(&guest_stage.nested, GUEST_TABLES, 1) & (PTE_A | PTE_D),
                     PTE_A | PTE_D);
    assert_int_equal(tables_entry(&guest_stage.tables, GUEST_LINEAR, 1) & (PTE_A | PTE_D), PTE_A);
    (void)walk(X86_RMP_WRITE);
    assert_int_equal(tables_entry(&guest_stage.nested, GUEST_PAGE, 1) & (PTE_A | PTE_D),
                     PTE_A | PTE_D);
    assert_int_equal(tables_entry(&guest_stage.tables, GUEST_LINEAR, 1) & (PTE_A | PTE_D),
                     PTE_A | PTE_D);
}

static void encrypted_nested_tables(void **state)
{
    uint8_t page[X86_PAGE_BYTES];
    (void)state;
    guest_stage_make(GUEST_SEV);
    stage_look(0x20000, X86_KEY_NONE, page);
    stage_put(0x20000, X86_KEY_HOST, page);
    guest_stage.guest.ncr3 |= GUEST_C_BIT;
    leads_to(X86_RMP_READ, STAGE_ASID, true);
}

static void nested_walk_alone(void **state)
{
    struct x86_translation found;
    (void)state;
    guest_stage_make(GUEST_SEV);
    struct x86_fault fault = x86_walk_nested(&stage.machine, &guest_stage.guest, GUEST_PAGE + 3,
                                             true, X86_RMP_WRITE, &found);
    assert_int_equal(fault.kind, X86_FAULT_NONE);
    assert_int_equal(found.spa, SPA + 3);
    assert_int_equal(found.key, STAGE_ASID);
    assert_int_equal(found.rights, X86_RIGHT_READ | X86_RIGHT_WRITE);
    fault = x86_walk_nested(&stage.machine, &guest_stage.guest, GUEST_PAGE, false, X86_RMP_READ,
                            &found);
    assert_int_equal(fault.kind, X86_FAULT_NONE);
    assert_int_equal(found.key, X86_KEY_NONE);
    fault =
        x86_walk_nested(&stage.machine, &guest_stage.guest, 1ull << 48, true, X86_RMP_READ, &found);
    assert_int_equal(fault.kind, X86_FAULT_NPF);
    assert_int_equal(fault.address, 1ull << 48);
}

/* With SEV-SNP on, what another guest writes is the host's to write. */
static void guest_without_snp_beside_the_table(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    stage_rmp();
    leads_to(X86_RMP_WRITE, STAGE_ASID, true);
    stage_give(SPA, false, STAGE_ES_ASID, 0x5000);
    leads_to(X86_RMP_READ, STAGE_ASID, true);
    npf(X86_RMP_WRITE, FINAL | RMP | X86_PF_PRESENT | X86_PF_USER | X86_PF_WRITE,
        GUEST_PAGE + 0x10);
}

static void nested_tables_in_a_guests_page_get_no_marks(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    stage_rmp();
    stage_give(0x20000, false, STAGE_ES_ASID, 0x5000);
    npf(X86_RMP_READ, TABLE | RMP | X86_PF_PRESENT | X86_PF_USER | X86_PF_WRITE,
        guest_stage_entry_gpa(4));
}

static void snp_guest_in_order(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    leads_to(X86_RMP_READ, STAGE_ES_ASID, true);
    leads_to(X86_RMP_FETCH, STAGE_ES_ASID, true);
    leads_to(X86_RMP_WRITE, STAGE_ES_ASID, true);
    assert_int_equal(walk(X86_RMP_WRITE).rights, X86_RIGHT_READ | X86_RIGHT_WRITE);
}

static void snp_missing_page_tells_whether_it_was_private(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, 0);
    npf(X86_RMP_READ, FINAL | ENC | X86_PF_USER, GUEST_PAGE + 0x10);
    guest_stage_map(GUEST_PAGE, PTE_ALL);
    npf(X86_RMP_READ, FINAL | X86_PF_USER, GUEST_PAGE + 0x10);
    npf(X86_RMP_FETCH, FINAL | ENC | X86_PF_USER | X86_PF_FETCH, GUEST_PAGE + 0x10);
}

/* The host maps another page of the guest, or one of its own, in the place of the right one. */
static void snp_remapped_page(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    const uint64_t error = FINAL | RMP | ENC | X86_PF_PRESENT | X86_PF_USER;
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, (SPA + 0x1000) | PTE_ALL);
    npf(X86_RMP_READ, error, GUEST_PAGE + 0x10);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, 0x300000 | PTE_ALL);
    npf(X86_RMP_WRITE, error | X86_PF_WRITE, GUEST_PAGE + 0x10);
    guest_stage_map(GUEST_PAGE, PTE_ALL); /* the host's page, shared: all is well */
    assert_int_equal(walk(X86_RMP_READ).key, X86_KEY_NONE);
}

static void snp_shared_access_to_its_own_page(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    guest_stage_map(GUEST_PAGE, PTE_ALL);
    npf(X86_RMP_READ, FINAL | RMP | X86_PF_PRESENT | X86_PF_USER, GUEST_PAGE + 0x10);
    npf(X86_RMP_WRITE, FINAL | RMP | X86_PF_PRESENT | X86_PF_USER | X86_PF_WRITE,
        GUEST_PAGE + 0x10);
}

static void snp_page_of_another_size(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SNP);
    tables_map(&guest_stage.nested, 0, 2, GUEST_BASE | PTE_ALL);
    npf(X86_RMP_READ, TABLE | RMP | ENC | X86_PF_PRESENT | X86_PF_USER, guest_stage_entry_gpa(4));
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
    leads_to(X86_RMP_READ, STAGE_ES_ASID, true);
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
    leads_to(X86_RMP_READ, STAGE_ES_ASID, true);
    npf(X86_RMP_WRITE, error | X86_PF_WRITE, GUEST_PAGE + 0x10);
    npf(X86_RMP_FETCH, error | X86_PF_FETCH, GUEST_PAGE + 0x10);
    view->user = true;
    leads_to(X86_RMP_FETCH, STAGE_ES_ASID, true);
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
    npf(X86_RMP_READ,
        TABLE | RMP | ENC | X86_RMP_ERROR_VMPL | X86_PF_PRESENT | X86_PF_USER | X86_PF_WRITE,
        entry);
    guest_stage_map(GUEST_PAGE, PTE_ALL | GUEST_C_BIT | PTE_A);
    leads_to(X86_RMP_READ, STAGE_ES_ASID, true);
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
    assert_int_equal(found.spa, SPA + 0x10);
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
    assert_int_equal(walk(X86_RMP_WRITE).rights, X86_RIGHT_WRITE);
}

static void guests_read_and_write_through_their_keys(void **state)
{
    uint64_t word = 0x1122334455667788;
    (void)state;
    guest_stage_make(GUEST_SEV);
    struct x86_fault fault = x86_write(&stage.machine, view, GUEST_LINEAR, &word, sizeof word);
    assert_int_equal(fault.kind, X86_FAULT_NONE);
    x86_cache_flush(stage.machine.cache);
    assert_int_equal(stage_word(SPA, STAGE_ASID), word);
    guest_stage_map(GUEST_PAGE, PTE_ALL);
    fault = x86_read(&stage.machine, view, GUEST_LINEAR, X86_RMP_READ, &word, sizeof word);
    assert_int_equal(fault.kind, X86_FAULT_NONE);
    assert_int_equal(word, stage_word(SPA, X86_KEY_NONE));
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(plain_guest_has_no_c_bit),
        STAGED(plain_guest_with_the_hosts_key),
        STAGED(private_pages_have_the_guests_key),
        STAGED(shared_pages_are_as_the_nested_table_says),
        STAGED(fetches_are_private),
        STAGED(walks_are_private),
        STAGED(tables_that_the_host_writes_are_garbage),
        STAGED(without_paging_all_is_private),
        STAGED(paging_of_32_bits_is_all_private),
        STAGED(pae_has_a_c_bit),
        STAGED(tsme_has_the_hosts_key_for_what_is_shared),
        STAGED(smaller_page_of_the_two_counts),
        STAGED(guests_own_faults),
        STAGED(unmapped_guest_memory),
        STAGED(nested_rights),
        STAGED(nested_faults_of_tables),
        STAGED(nested_accessed_and_dirty),
        STAGED(encrypted_nested_tables),
        STAGED(nested_walk_alone),
        STAGED(guest_without_snp_beside_the_table),
        STAGED(nested_tables_in_a_guests_page_get_no_marks),
        STAGED(snp_guest_in_order),
        STAGED(snp_missing_page_tells_whether_it_was_private),
        STAGED(snp_remapped_page),
        STAGED(snp_shared_access_to_its_own_page),
        STAGED(snp_page_of_another_size),
        STAGED(snp_page_that_is_not_validated),
        STAGED(snp_permissions_of_a_vmpl),
        STAGED(snp_table_that_a_vmpl_may_only_read),
        STAGED(snp_operand_of_an_instruction),
        STAGED(snp_page_for_writing_only),
        STAGED(guests_read_and_write_through_their_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
