/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page walks outside of guests: where addresses lead, through which key, and the faults.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/host/x86_tables.h"

#define ROOT 0x10000ull
#define PAGE 0x123000ull
#define LINEAR 0x7F8040201000ull /* another index at each level */
#define C_BIT (1ull << 51)

static struct tables tables;
static struct x86_view view;

static int set_up(void **state)
{
    stage_set_up(state);
    tables = tables_make(TABLES_LONG, ROOT, X86_KEY_NONE, 0);
    view = tables_view(&tables);
    return 0;
}

/* Other tables than those of set_up(). */
static void use(enum tables_format format, uint32_t key, uint64_t c_bit)
{
    tables = tables_make(format, ROOT, key, 0);
    tables.c_bit = c_bit;
    view = tables_view(&tables);
}

static void leads_to(uint64_t linear, uint64_t spa, uint32_t key, uint64_t bytes)
{
    const struct x86_translation found = tables_walk(&view, linear, X86_RMP_READ);
    assert_int_equal(found.spa, spa);
    assert_int_equal(found.gpa, spa);
    assert_int_equal(found.key, key);
    assert_int_equal(found.bytes, bytes);
    assert_int_equal(found.page_offset, linear % bytes);
    assert_int_equal(found.rights, X86_RIGHT_READ);
}

static void pages_of_three_sizes(void **state)
{
    (void)state;
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL);
    leads_to(LINEAR + 0x345, PAGE + 0x345, X86_KEY_NONE, 0x1000);
    tables_map(&tables, 0x200000, 2, 0x600000 | PTE_ALL);
    leads_to(0x200000 + 0x12345, 0x612345, X86_KEY_NONE, 0x200000);
    tables_map(&tables, 0x40000000, 3, 0x100000000 | PTE_ALL);
    leads_to(0x40000000 + 0x2345678, 0x102345678, X86_KEY_NONE, 0x40000000);
}

static void upper_half_is_canonical_and_the_middle_is_not(void **state)
{
    (void)state;
    tables_map(&tables, 0xFFFF800000000000, 1, PAGE | PTE_ALL);
    leads_to(0xFFFF800000000008, PAGE + 8, X86_KEY_NONE, 0x1000);
    tables_fault(&view, 0x0000800000000000, X86_RMP_READ, X86_FAULT_GP, 0, 0x0000800000000000);
    tables_fault(&view, 0xFFFF7FFFFFFFFFFF, X86_RMP_READ, X86_FAULT_GP, 0, 0xFFFF7FFFFFFFFFFF);
    tables_fault(&view, 0x8000000000000000, X86_RMP_READ, X86_FAULT_GP, 0, 0x8000000000000000);
}

/* The C-bit in CR3 and in each entry is for what it leads to. */
static void c_bit_of_each_level_is_for_the_next(void **state)
{
    (void)state;
    use(TABLES_LONG, X86_KEY_HOST, C_BIT);
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL | C_BIT);
    leads_to(LINEAR, PAGE, X86_KEY_HOST, 0x1000);
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL);
    leads_to(LINEAR, PAGE, X86_KEY_NONE, 0x1000);
}

/* Each level alone is encrypted: the entry above has the C-bit, those below have not. */
static void tables_may_be_encrypted_one_by_one(void **state)
{
    (void)state;
    for (uint32_t encrypted = 4; encrypted > 0; encrypted--) {
        use(TABLES_LONG, X86_KEY_NONE, 0);
        tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL);
        const uint64_t place = tables_place(&tables, LINEAR, encrypted);
        uint8_t page[X86_PAGE_BYTES];
        stage_look(place, X86_KEY_NONE, page);
        if (encrypted == 4) {
            view.cr3 |= C_BIT;
        } else {
            tables_set_entry(&tables, LINEAR, encrypted + 1,
                             tables_entry(&tables, LINEAR, encrypted + 1) | C_BIT);
        }
        stage_put(place, X86_KEY_HOST, page);
        leads_to(LINEAR, PAGE, X86_KEY_NONE, 0x1000);
    }
}

static void c_bit_anywhere(void **state)
{
    static const uint32_t positions[] = {36, 39, 43, 47, 48, 50, 51};
    for (size_t i = 0; i < sizeof positions / sizeof positions[0]; i++) {
        const struct stage_options options = {.c_bit = positions[i]};
        stage_tear_down(state);
        stage_open(&options);
        use(TABLES_LONG, X86_KEY_HOST, 1ull << positions[i]);
        tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL | 1ull << positions[i]);
        leads_to(LINEAR, PAGE, X86_KEY_HOST, 0x1000);
        use(TABLES_PAE, X86_KEY_NONE, 0);
        tables_map(&tables, 0xC0801000, 1, PAGE | PTE_ALL | 1ull << positions[i]);
        leads_to(0xC0801000, PAGE, X86_KEY_HOST, 0x1000);
    }
}

/* BIOS has not switched encryption on: the bit is one of an address that there is not. */
static void without_encryption_there_is_no_c_bit(void **state)
{
    struct x86_translation found;
    (void)state;
    stage_core(0)->syscfg = 0;
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL | C_BIT);
    tables_fault(&view, LINEAR, X86_RMP_READ, X86_FAULT_PF, X86_PF_PRESENT | X86_PF_RESERVED,
                 LINEAR);
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL | 1ull << 47);
    found = tables_walk(&view, LINEAR, X86_RMP_READ);
    assert_int_equal(found.spa, PAGE | 1ull << 47);
    assert_int_equal(found.key, X86_KEY_NONE);
}

static void tsme_makes_all_the_hosts(void **state)
{
    const struct stage_options options = {.flags = FABRIC_FLAG_TSME};
    stage_tear_down(state);
    stage_open(&options);
    stage_core(0)->syscfg = 0;
    use(TABLES_LONG, X86_KEY_HOST, 0);
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL);
    leads_to(LINEAR, PAGE, X86_KEY_HOST, 0x1000);
}

static void pae(void **state)
{
    (void)state;
    use(TABLES_PAE, X86_KEY_NONE, 0);
    tables_map(&tables, 0xC0801000, 1, PAGE | PTE_ALL | C_BIT);
    leads_to(0xC0801FFF, PAGE + 0xFFF, X86_KEY_HOST, 0x1000);
    tables_map(&tables, 0x40200000, 2, 0x600000 | PTE_ALL);
    leads_to(0x40212345, 0x612345, X86_KEY_NONE, 0x200000);
    leads_to(0x1C0801000 - 0x100000000, PAGE, X86_KEY_HOST, 0x1000);
    const struct x86_translation found = tables_walk(&view, 0x9C0801010, X86_RMP_READ);
    assert_int_equal(found.spa, PAGE + 0x10); /* linear addresses have 32 bits */
}

/* CR3 of PAE is aligned to 32 bytes. */
static void pae_root_lies_anywhere_in_a_page(void **state)
{
    (void)state;
    use(TABLES_PAE, X86_KEY_NONE, 0);
    tables_map(&tables, 0xC0801000, 1, PAGE | PTE_ALL);
    const uint64_t top = tables_entry(&tables, 0xC0801000, 3);
    stage_put_word(ROOT + 0x660 + 24, X86_KEY_NONE, top);
    view.cr3 = ROOT + 0x660;
    leads_to(0xC0801000, PAGE, X86_KEY_NONE, 0x1000);
}

static void paging_of_32_bits(void **state)
{
    (void)state;
    use(TABLES_32BIT, X86_KEY_NONE, 0);
    tables_map(&tables, 0xC0801000, 1, PAGE | PTE_ALL);
    leads_to(0xC0801234, PAGE + 0x234, X86_KEY_NONE, 0x1000);
    tables_map(&tables, 0x40400000, 2, 0x400000 | PTE_ALL);
    leads_to(0x40412345, 0x412345, X86_KEY_NONE, 0x400000);
    tables_map(&tables, 0x40800000, 2, 0x400000 | 1ull << 13 | PTE_ALL); /* above 4 GiB */
    leads_to(0x40812345, 0x100412345, X86_KEY_NONE, 0x400000);
    tables_map(&tables, 0x40800000, 2, 0x600000 | PTE_ALL);
    tables_fault(&view, 0x40800000, X86_RMP_READ, X86_FAULT_PF, X86_PF_PRESENT | X86_PF_RESERVED,
                 0x40800000);
}

/* Without CR4.PSE the bit says nothing, and the entry leads to a table. */
static void without_pse_there_are_no_large_pages_of_32_bits(void **state)
{
    (void)state;
    use(TABLES_32BIT, X86_KEY_NONE, 0);
    view.cr4 = 0;
    tables_map(&tables, 0xC0801000, 1, PAGE | PTE_ALL);
    tables_set_entry(&tables, 0xC0801000, 2, tables_entry(&tables, 0xC0801000, 2) | PTE_PS);
    leads_to(0xC0801000, PAGE, X86_KEY_NONE, 0x1000);
}

static void no_paging(void **state)
{
    (void)state;
    view.cr0 = 0;
    view.efer = 0;
    leads_to(PAGE + 5, PAGE + 5, X86_KEY_NONE, 0x1000);
    leads_to(0x900000, 0x900000, X86_KEY_NONE,
             0x1000); /* no memory: a device's register, perhaps */
}

static void faults(uint64_t linear, enum x86_rmp_access access, uint64_t error)
{
    tables_fault(&view, linear, access, X86_FAULT_PF, error, linear);
}

static void page_that_is_not_there(void **state)
{
    (void)state;
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL);
    for (uint32_t level = 4; level > 0; level--) {
        const uint64_t entry = tables_entry(&tables, LINEAR, level);
        tables_set_entry(&tables, LINEAR, level, entry & ~PTE_P);
        faults(LINEAR, X86_RMP_READ, 0);
        faults(LINEAR, X86_RMP_WRITE, X86_PF_WRITE);
        faults(LINEAR, X86_RMP_FETCH, X86_PF_FETCH);
        view.user = true;
        faults(LINEAR, X86_RMP_WRITE, X86_PF_WRITE | X86_PF_USER);
        view.user = false;
        tables_set_entry(&tables, LINEAR, level, entry);
    }
}

/* What an entry of any level forbids is forbidden. */
static void each_level_forbids(void **state)
{
    (void)state;
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL);
    for (uint32_t level = 4; level > 0; level--) {
        const uint64_t entry = tables_entry(&tables, LINEAR, level);
        tables_set_entry(&tables, LINEAR, level, entry & ~PTE_W);
        faults(LINEAR, X86_RMP_WRITE, X86_PF_PRESENT | X86_PF_WRITE);
        view.user = true;
        faults(LINEAR, X86_RMP_WRITE, X86_PF_PRESENT | X86_PF_WRITE | X86_PF_USER);
        tables_set_entry(&tables, LINEAR, level, entry & ~PTE_U);
        faults(LINEAR, X86_RMP_READ, X86_PF_PRESENT | X86_PF_USER);
        view.user = false;
        (void)tables_walk(&view, LINEAR, X86_RMP_READ);
        tables_set_entry(&tables, LINEAR, level, entry | PTE_NX);
        faults(LINEAR, X86_RMP_FETCH, X86_PF_PRESENT | X86_PF_FETCH);
        (void)tables_walk(&view, LINEAR, X86_RMP_READ);
        tables_set_entry(&tables, LINEAR, level, entry);
    }
}

static void supervisor_writes_anything_without_write_protection(void **state)
{
    (void)state;
    tables_map(&tables, LINEAR, 1, PAGE | PTE_P | PTE_U);
    view.cr0 &= ~X86_CR0_WP;
    (void)tables_walk(&view, LINEAR, X86_RMP_WRITE);
    view.user = true;
    faults(LINEAR, X86_RMP_WRITE, X86_PF_PRESENT | X86_PF_WRITE | X86_PF_USER);
}

static void smep_and_smap(void **state)
{
    (void)state;
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL);
    view.cr4 |= X86_CR4_SMEP;
    faults(LINEAR, X86_RMP_FETCH, X86_PF_PRESENT | X86_PF_FETCH);
    (void)tables_walk(&view, LINEAR, X86_RMP_READ);
    view.cr4 |= X86_CR4_SMAP;
    faults(LINEAR, X86_RMP_READ, X86_PF_PRESENT);
    faults(LINEAR, X86_RMP_WRITE, X86_PF_PRESENT | X86_PF_WRITE);
    view.alignment_check = true;
    (void)tables_walk(&view, LINEAR, X86_RMP_READ);
    view.alignment_check = false;
    view.user = true;
    (void)tables_walk(&view, LINEAR, X86_RMP_READ);
}

static void fetch_bit_of_the_error_code_needs_nx_or_smep(void **state)
{
    (void)state;
    view.efer &= ~X86_EFER_NXE;
    faults(LINEAR, X86_RMP_FETCH, 0);
    view.cr4 |= X86_CR4_SMEP;
    faults(LINEAR, X86_RMP_FETCH, X86_PF_FETCH);
}

static void reserved(uint32_t level, uint64_t bits)
{
    const uint64_t entry = tables_entry(&tables, LINEAR, level);
    tables_set_entry(&tables, LINEAR, level, entry | bits);
    faults(LINEAR, X86_RMP_READ, X86_PF_PRESENT | X86_PF_RESERVED);
    tables_set_entry(&tables, LINEAR, level, entry);
}

static void reserved_bits(void **state)
{
    (void)state;
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL);
    for (uint32_t level = 4; level > 0; level--) {
        reserved(level, 1ull << 43); /* above what encryption leaves */
        reserved(level, 1ull << 50);
        view.efer &= ~X86_EFER_NXE;
        reserved(level, PTE_NX);
        view.efer |= X86_EFER_NXE;
    }
    reserved(4, PTE_PS);
    tables_map(&tables, LINEAR, 2, 0x600000 | PTE_ALL);
    reserved(2, 1ull << 13);
    reserved(2, 1ull << 20);
    tables_set_entry(&tables, LINEAR, 2, 0x600000 | PTE_ALL | PTE_PS | 1ull << 12); /* PAT */
    leads_to(LINEAR, 0x601000 - 0x1000 + LINEAR % 0x200000, X86_KEY_NONE, 0x200000);
    tables_map(&tables, LINEAR, 3, 0x100000000 | PTE_ALL);
    reserved(3, 1ull << 29);
}

static void reserved_bits_of_pae(void **state)
{
    (void)state;
    use(TABLES_PAE, X86_KEY_NONE, 0);
    tables_map(&tables, 0xC0801000, 1, PAGE | PTE_ALL);
    const uint64_t top = tables_entry(&tables, 0xC0801000, 3);
    static const uint64_t bits[] = {PTE_W, PTE_U, PTE_A, PTE_D, PTE_PS, 1ull << 8, PTE_NX};
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        tables_set_entry(&tables, 0xC0801000, 3, top | bits[i]);
        faults(0xC0801000, X86_RMP_READ, X86_PF_PRESENT | X86_PF_RESERVED);
    }
    tables_set_entry(&tables, 0xC0801000, 3, top);
    tables_map(&tables, 0xC0801000, 1, PAGE | PTE_ALL | 1ull << 52);
    faults(0xC0801000, X86_RMP_READ, X86_PF_PRESENT | X86_PF_RESERVED);
}

static void marks_are(uint64_t marks)
{
    assert_int_equal(tables_entry(&tables, LINEAR, 1) & (PTE_A | PTE_D), marks);
}

static void accessed_and_dirty(void **state)
{
    (void)state;
    tables_map(&tables, LINEAR, 1, PAGE | PTE_P | PTE_U);
    faults(LINEAR, X86_RMP_WRITE, X86_PF_PRESENT | X86_PF_WRITE);
    marks_are(0);
    (void)tables_walk(&view, LINEAR, X86_RMP_READ);
    marks_are(PTE_A);
    for (uint32_t level = 4; level > 1; level--) {
        assert_int_equal(tables_entry(&tables, LINEAR, level) & (PTE_A | PTE_D), PTE_A);
    }
    tables_set_entry(&tables, LINEAR, 1, PAGE | PTE_ALL);
    assert_int_equal(tables_walk(&view, LINEAR, X86_RMP_WRITE).rights,
                     X86_RIGHT_READ | X86_RIGHT_WRITE);
    marks_are(PTE_A | PTE_D);
    assert_int_equal(tables_walk(&view, LINEAR, X86_RMP_FETCH).rights, X86_RIGHT_FETCH);
}

static void pae_top_gets_no_marks(void **state)
{
    (void)state;
    use(TABLES_PAE, X86_KEY_NONE, 0);
    tables_map(&tables, 0xC0801000, 1, PAGE | PTE_ALL);
    (void)tables_walk(&view, 0xC0801000, X86_RMP_WRITE);
    assert_int_equal(tables_entry(&tables, 0xC0801000, 3) & (PTE_A | PTE_D), 0);
    assert_int_equal(tables_entry(&tables, 0xC0801000, 1) & (PTE_A | PTE_D), PTE_A | PTE_D);
}

/* Entries that nobody answers for are ones. */
static void tables_where_no_memory_is_there(void **state)
{
    (void)state;
    view.cr3 = 0x900000;
    faults(LINEAR, X86_RMP_READ, X86_PF_PRESENT | X86_PF_RESERVED);
    view.cr3 = ROOT;
    stage_set_tmr(0, 0x100000);
    faults(LINEAR, X86_RMP_READ, X86_PF_PRESENT | X86_PF_RESERVED);
}

static void reverse_map_table_stops_writes(void **state)
{
    (void)state;
    stage_rmp();
    stage_give(PAGE, false, STAGE_ES_ASID, 0x5000);
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL);
    (void)tables_walk(&view, LINEAR, X86_RMP_READ);
    (void)tables_walk(&view, LINEAR, X86_RMP_FETCH);
    view.user = true;
    faults(LINEAR, X86_RMP_WRITE, X86_PF_PRESENT | X86_PF_WRITE | X86_PF_USER | X86_RMP_ERROR_RMP);
    view.user = false;
    tables_map(&tables, LINEAR, 1, (PAGE + 0x1000) | PTE_ALL);
    (void)tables_walk(&view, LINEAR, X86_RMP_WRITE);
    tables_map(&tables, 0, 2, PTE_ALL); /* a large page with the guest's in it */
    faults(PAGE + 0x1000, X86_RMP_WRITE, X86_PF_PRESENT | X86_PF_WRITE | X86_RMP_ERROR_RMP);
}

/* Who keeps a translation asks no more: it must not reach further than the table was looked at. */
static void translation_for_writing_ends_with_its_region(void **state)
{
    (void)state;
    stage_rmp();
    stage_give(0x600000, true, STAGE_ES_ASID, 0x200000);
    tables_map(&tables, 0x40000000, 3, PTE_ALL);
    assert_int_equal(tables_walk(&view, 0x40412345, X86_RMP_READ).bytes, 0x40000000);
    const struct x86_translation found = tables_walk(&view, 0x40412345, X86_RMP_WRITE);
    assert_int_equal(found.spa, 0x412345);
    assert_int_equal(found.bytes, 0x200000);
    assert_int_equal(found.page_offset, 0x12345);
    faults(0x40600000, X86_RMP_WRITE, X86_PF_PRESENT | X86_PF_WRITE | X86_RMP_ERROR_RMP);
}

/* A walk that would set Accessed in a guest's page. */
static void reverse_map_table_stops_marks(void **state)
{
    (void)state;
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL);
    const uint64_t place = tables_place(&tables, LINEAR, 1);
    stage_rmp();
    stage_give(place - place % 0x1000, false, STAGE_ES_ASID, 0x5000);
    faults(LINEAR, X86_RMP_READ, X86_PF_PRESENT | X86_RMP_ERROR_RMP);
    tables_set_entry(&tables, LINEAR, 1, PAGE | PTE_ALL | PTE_A);
    (void)tables_walk(&view, LINEAR, X86_RMP_READ);
    faults(LINEAR, X86_RMP_WRITE, X86_PF_PRESENT | X86_PF_WRITE | X86_RMP_ERROR_RMP);
}

#define WALKED(test) cmocka_unit_test_setup_teardown(test, set_up, stage_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WALKED(pages_of_three_sizes),
        WALKED(upper_half_is_canonical_and_the_middle_is_not),
        WALKED(c_bit_of_each_level_is_for_the_next),
        WALKED(tables_may_be_encrypted_one_by_one),
        WALKED(c_bit_anywhere),
        WALKED(without_encryption_there_is_no_c_bit),
        WALKED(tsme_makes_all_the_hosts),
        WALKED(pae),
        WALKED(pae_root_lies_anywhere_in_a_page),
        WALKED(paging_of_32_bits),
        WALKED(without_pse_there_are_no_large_pages_of_32_bits),
        WALKED(no_paging),
        WALKED(page_that_is_not_there),
        WALKED(each_level_forbids),
        WALKED(supervisor_writes_anything_without_write_protection),
        WALKED(smep_and_smap),
        WALKED(fetch_bit_of_the_error_code_needs_nx_or_smep),
        WALKED(reserved_bits),
        WALKED(reserved_bits_of_pae),
        WALKED(accessed_and_dirty),
        WALKED(pae_top_gets_no_marks),
        WALKED(tables_where_no_memory_is_there),
        WALKED(reverse_map_table_stops_writes),
        WALKED(translation_for_writing_ends_with_its_region),
        WALKED(reverse_map_table_stops_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
