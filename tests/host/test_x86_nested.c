/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page walks of guests by nested tables: rights, faults, marks, and the walk without the guest's own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/host/x86_guest_stage.h"

#define FINAL X86_RMP_ERROR_FINAL
#define TABLE X86_RMP_ERROR_TABLE

static void unmapped_guest_memory(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, 0);
    guest_stage_npf(X86_RMP_READ, FINAL | X86_PF_USER, GUEST_PAGE + 0x10);
    guest_stage_npf(X86_RMP_WRITE, FINAL | X86_PF_USER | X86_PF_WRITE, GUEST_PAGE + 0x10);
    guest_stage_npf(X86_RMP_FETCH, FINAL | X86_PF_USER | X86_PF_FETCH, GUEST_PAGE + 0x10);
    guest_stage_map(1ull << 47, PTE_ALL);
    guest_stage_npf(X86_RMP_READ, FINAL | X86_PF_USER, (1ull << 47) + 0x10);
}

static void nested_rights(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, GUEST_SPA | PTE_P | PTE_U | PTE_NX);
    guest_stage_leads_to(X86_RMP_READ, STAGE_ASID, true);
    guest_stage_npf(X86_RMP_WRITE, FINAL | X86_PF_PRESENT | X86_PF_USER | X86_PF_WRITE,
                    GUEST_PAGE + 0x10);
    guest_stage_npf(X86_RMP_FETCH, FINAL | X86_PF_PRESENT | X86_PF_USER | X86_PF_FETCH,
                    GUEST_PAGE + 0x10);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, GUEST_SPA | PTE_P | PTE_W);
    guest_stage_npf(X86_RMP_READ, FINAL | X86_PF_PRESENT | X86_PF_USER, GUEST_PAGE + 0x10);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, GUEST_SPA | PTE_ALL | 1ull << 50);
    guest_stage_npf(X86_RMP_READ, FINAL | X86_PF_PRESENT | X86_PF_USER | X86_PF_RESERVED,
                    GUEST_PAGE + 0x10);
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
        guest_stage_npf(X86_RMP_READ, TABLE | X86_PF_USER | X86_PF_WRITE, gpa);
        tables_map(&guest_stage.nested, page, 1, guest_stage_spa(page) | PTE_P | PTE_U);
        guest_stage_npf(X86_RMP_FETCH, TABLE | X86_PF_PRESENT | X86_PF_USER | X86_PF_WRITE, gpa);
        tables_map(&guest_stage.nested, page, 1, guest_stage_spa(page) | PTE_ALL);
    }
}

static void nested_accessed_and_dirty(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    (void)guest_stage_walk(X86_RMP_READ);
    assert_int_equal(tables_entry(&guest_stage.nested, GUEST_PAGE, 1) & (PTE_A | PTE_D), PTE_A);
    assert_int_equal(tables_entry(&guest_stage.nested, GUEST_TABLES, 1) & (PTE_A | PTE_D),
                     PTE_A | PTE_D);
    assert_int_equal(tables_entry(&guest_stage.tables, GUEST_LINEAR, 1) & (PTE_A | PTE_D), PTE_A);
    (void)guest_stage_walk(X86_RMP_WRITE);
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
    guest_stage_leads_to(X86_RMP_READ, STAGE_ASID, true);
}

static void nested_walk_alone(void **state)
{
    struct x86_translation found;
    (void)state;
    guest_stage_make(GUEST_SEV);
    struct x86_fault fault = x86_walk_nested(&stage.machine, &guest_stage.guest, GUEST_PAGE + 3,
                                             true, X86_RMP_WRITE, &found);
    assert_int_equal(fault.kind, X86_FAULT_NONE);
    assert_int_equal(found.spa, GUEST_SPA + 3);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(unmapped_guest_memory),   STAGED(nested_rights),
        STAGED(nested_faults_of_tables), STAGED(nested_accessed_and_dirty),
        STAGED(encrypted_nested_tables), STAGED(nested_walk_alone),
    };
    return cmocka_run_group_tests_name("x86 nested tables", tests, NULL, NULL);
}
