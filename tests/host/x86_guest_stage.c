/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest on the stage (x86_guest_stage.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/host/x86_guest_stage.h"

#define NESTED_ROOT 0x20000ull

struct guest_stage guest_stage;

uint64_t guest_stage_spa(uint64_t gpa)
{
    return GUEST_BASE + gpa;
}

void guest_stage_map(uint64_t gpa, uint64_t bits)
{
    tables_map(&guest_stage.tables, GUEST_LINEAR, 1, gpa | bits);
}

uint64_t guest_stage_entry_gpa(uint32_t level)
{
    return tables_place(&guest_stage.tables, GUEST_LINEAR, level) - GUEST_BASE;
}

void guest_stage_make(enum guest_kind kind)
{
    const uint32_t asid = kind == GUEST_SNP ? STAGE_ES_ASID : STAGE_ASID;
    guest_stage = (struct guest_stage){
        .guest = {.asid = asid,
                  .sev = kind != GUEST_PLAIN,
                  .es = kind == GUEST_SNP,
                  .snp = kind == GUEST_SNP,
                  .ncr3 = NESTED_ROOT},
    };
    guest_stage.nested = tables_make(TABLES_LONG, NESTED_ROOT, X86_KEY_NONE, 0);
    for (uint64_t gpa = 0; gpa < GUEST_BYTES; gpa += X86_PAGE_BYTES) {
        tables_map(&guest_stage.nested, gpa, 1, guest_stage_spa(gpa) | PTE_ALL);
    }
    if (kind == GUEST_SNP) {
        stage_rmp();
        for (uint64_t gpa = 0; gpa < GUEST_BYTES; gpa += X86_PAGE_BYTES) {
            stage_give(guest_stage_spa(gpa), false, asid, gpa);
        }
    }
    guest_stage.tables = tables_make(TABLES_LONG, GUEST_TABLES,
                                     kind == GUEST_PLAIN ? X86_KEY_NONE : asid, GUEST_BASE);
    guest_stage_map(GUEST_PAGE, PTE_ALL | (kind == GUEST_PLAIN ? 0 : GUEST_C_BIT));
    guest_stage.view = tables_guest_view(&guest_stage.tables, &guest_stage.guest);
}

struct x86_translation guest_stage_walk(enum x86_rmp_access access)
{
    return tables_walk(&guest_stage.view, GUEST_LINEAR + 0x10, access);
}

void guest_stage_leads_to(enum x86_rmp_access access, uint32_t key, bool private)
{
    const struct x86_translation found = guest_stage_walk(access);

    assert_int_equal(found.spa, GUEST_SPA + 0x10);
    assert_int_equal(found.gpa, GUEST_PAGE + 0x10);
    assert_int_equal(found.key, key);
    assert_int_equal(found.c_bit, private);
    assert_int_equal(found.bytes, 0x1000);
    assert_false(found.nested_large);
}

void guest_stage_npf(enum x86_rmp_access access, uint64_t error, uint64_t gpa)
{
    tables_fault(&guest_stage.view, GUEST_LINEAR + 0x10, access, X86_FAULT_NPF, error, gpa);
}

void guest_stage_page_fault(enum x86_rmp_access access, uint64_t error)
{
    tables_fault(&guest_stage.view, GUEST_LINEAR + 0x10, access, X86_FAULT_PF, error,
                 GUEST_LINEAR + 0x10);
}
