/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page walks of guests by their own tables: which key, which C-bit, which size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "host/x86/access.h"
#include "tests/host/x86_guest_stage.h"

static struct x86_view *view = &guest_stage.view;

static void plain_guest_has_no_c_bit(void **state)
{
    (void)state;
    guest_stage_make(GUEST_PLAIN);
    guest_stage_leads_to(X86_RMP_READ, X86_KEY_NONE, false);
    guest_stage_leads_to(X86_RMP_FETCH, X86_KEY_NONE, false);
    guest_stage_map(GUEST_PAGE, PTE_ALL | GUEST_C_BIT);
    guest_stage_page_fault(X86_RMP_READ, X86_PF_PRESENT | X86_PF_RESERVED);
}

/* The host encrypts a plain guest's memory by the C-bit in the nested table. */
static void plain_guest_with_the_hosts_key(void **state)
{
    (void)state;
    guest_stage_make(GUEST_PLAIN);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, GUEST_SPA | PTE_ALL | GUEST_C_BIT);
    guest_stage_leads_to(X86_RMP_READ, X86_KEY_HOST, false);
}

static void private_pages_have_the_guests_key(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    guest_stage_leads_to(X86_RMP_READ, STAGE_ASID, true);
    guest_stage_leads_to(X86_RMP_WRITE, STAGE_ASID, true);
    guest_stage_leads_to(X86_RMP_FETCH, STAGE_ASID, true);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, GUEST_SPA | PTE_ALL | GUEST_C_BIT);
    guest_stage_leads_to(X86_RMP_READ, STAGE_ASID, true);
}

static void shared_pages_are_as_the_nested_table_says(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    guest_stage_map(GUEST_PAGE, PTE_ALL);
    guest_stage_leads_to(X86_RMP_READ, X86_KEY_NONE, false);
    guest_stage_leads_to(X86_RMP_WRITE, X86_KEY_NONE, false);
    tables_map(&guest_stage.nested, GUEST_PAGE, 1, GUEST_SPA | PTE_ALL | GUEST_C_BIT);
    guest_stage_leads_to(X86_RMP_READ, X86_KEY_HOST, false);
}

static void fetches_are_private(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    guest_stage_map(GUEST_PAGE, PTE_ALL);
    guest_stage_leads_to(X86_RMP_FETCH, STAGE_ASID, true);
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
        guest_stage_leads_to(X86_RMP_READ, STAGE_ASID, true);
    }
    view->cr3 |= GUEST_C_BIT;
    guest_stage_leads_to(X86_RMP_READ, STAGE_ASID, true);
    view->cr3 &= ~GUEST_C_BIT;
    guest_stage_leads_to(X86_RMP_READ, STAGE_ASID, true);
}

/* A host that writes a page table for the guest writes ciphertext that nobody made. */
static void tables_that_the_host_writes_are_garbage(void **state)
{
    struct x86_translation found;
    (void)state;
    guest_stage_make(GUEST_SEV);
    stage_put_word(guest_stage_spa(guest_stage_entry_gpa(1)), X86_KEY_NONE, GUEST_SPA | PTE_ALL);
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
    assert_int_equal(found.spa, GUEST_SPA + 9);
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
    assert_int_equal(found.spa, GUEST_SPA + 8);
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
    guest_stage_leads_to(X86_RMP_READ, STAGE_ASID, true);
    guest_stage_map(GUEST_PAGE, PTE_ALL);
    guest_stage_leads_to(X86_RMP_READ, X86_KEY_HOST, false);
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
    assert_int_equal(found.spa, GUEST_SPA + 0x345);
}

static void guests_own_faults(void **state)
{
    (void)state;
    guest_stage_make(GUEST_SEV);
    guest_stage_map(GUEST_PAGE, PTE_P | PTE_U | GUEST_C_BIT | PTE_NX);
    guest_stage_page_fault(X86_RMP_WRITE, X86_PF_PRESENT | X86_PF_WRITE);
    guest_stage_page_fault(X86_RMP_FETCH, X86_PF_PRESENT | X86_PF_FETCH);
    guest_stage_map(GUEST_PAGE, PTE_P | GUEST_C_BIT);
    view->user = true;
    guest_stage_page_fault(X86_RMP_READ, X86_PF_PRESENT | X86_PF_USER);
    guest_stage_map(GUEST_PAGE, 0);
    guest_stage_page_fault(X86_RMP_READ, X86_PF_USER);
    guest_stage_map(GUEST_PAGE, PTE_ALL | 1ull << 50);
    guest_stage_page_fault(X86_RMP_READ, X86_PF_PRESENT | X86_PF_USER | X86_PF_RESERVED);
}

static void guests_read_and_write_through_their_keys(void **state)
{
    uint64_t word = 0x1122334455667788;
    (void)state;
    guest_stage_make(GUEST_SEV);
    struct x86_fault fault = x86_write(&stage.machine, view, GUEST_LINEAR, &word, sizeof word);
    assert_int_equal(fault.kind, X86_FAULT_NONE);
    x86_cache_flush(stage.machine.cache);
    assert_int_equal(stage_word(GUEST_SPA, STAGE_ASID), word);
    guest_stage_map(GUEST_PAGE, PTE_ALL);
    fault = x86_read(&stage.machine, view, GUEST_LINEAR, X86_RMP_READ, &word, sizeof word);
    assert_int_equal(fault.kind, X86_FAULT_NONE);
    assert_int_equal(word, stage_word(GUEST_SPA, X86_KEY_NONE));
}

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
        STAGED(guests_read_and_write_through_their_keys),
    };
    return cmocka_run_group_tests_name("x86 guests", tests, NULL, NULL);
}
