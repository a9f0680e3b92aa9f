/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reverse map table as the processor reads it: where it is, which pages it covers, look-ups, the
 * states by name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/rmp_machine.h"

#define MIB 0x100000ull
#define GUEST_PAGE 0x600000ull
#define LOCK 0x8000000000000000ull

static struct fabric_memctl *memctl(void)
{
    return (struct fabric_memctl *)(void *)(rmp_machine.fabric + FABRIC_MEMCTL_OFFSET);
}

static bool is_covered(uint64_t spa)
{
    return rmp_machine_page(spa).covered;
}

static bool is_readable(uint64_t spa)
{
    struct x86_rmp_page page;
    const bool readable = x86_rmp_look_up(&rmp_machine.rmp, spa, &page);
    assert_true(readable || !page.covered);
    return readable;
}

static void entry_is_decoded(void **state)
{
    (void)state;
    uint64_t *words = rmp_machine_words(GUEST_PAGE + 0x1000);
    /* ASSIGNED, IMMUTABLE, GPA 5_A5A5_A5A5_A000h, ASID 2AAh, VMSA, VALIDATED. */
    words[0] = 0x7555A5A5A5A5A005ull;
    words[1] = 0x04030201ull;
    struct x86_rmp_page page = rmp_machine_page(GUEST_PAGE + 0x1ABC);
    assert_true(page.covered && page.assigned && page.immutable && page.validated && page.vmsa);
    assert_false(page.large);
    assert_int_equal(page.asid, 0x2AA);
    assert_int_equal(page.gpa, 0x5A5A5A5A5A000ull);
    assert_int_equal(page.subpages, 0);
    for (unsigned vmpl = 0; vmpl < X86_RMP_VMPLS; vmpl++) {
        assert_int_equal(page.permissions[vmpl], vmpl + 1);
    }
    words[0] = 0;
    page = rmp_machine_page(GUEST_PAGE + 0x1ABC);
    assert_true(page.covered);
    assert_false(page.assigned || page.immutable || page.validated || page.vmsa);
}

/* 10_0000h bytes, 4000h of them counters: (100000h - 4000h) / 16 = FC00h pages. */
static void covered_range_follows_from_base_and_end(void **state)
{
    (void)state;
    assert_true(is_covered(0));
    assert_true(is_covered(RMP_MACHINE_COVERED - 1));
    assert_false(is_covered(RMP_MACHINE_COVERED));
    assert_false(is_covered(UINT64_MAX));
    assert_int_equal(x86_rmp_state_of(&(struct x86_rmp_page){.covered = false}), X86_RMP_DEFAULT);
    rmp_machine_place(RMP_MACHINE_TABLE, RMP_MACHINE_TABLE + 2 * MIB - 1, FABRIC_RMP_ENFORCED);
    assert_true(is_covered(RMP_MACHINE_COVERED + 256 * MIB - 1));
    assert_false(is_covered(RMP_MACHINE_COVERED + 256 * MIB));
}

static void no_table_covers_nothing(void **state)
{
    (void)state;
    struct x86_rmp none;
    struct x86_rmp_page page;
    uint64_t pages;
    x86_rmp_attach(&none, NULL, &rmp_machine.dram);
    assert_true(x86_rmp_look_up(&none, 0, &page));
    assert_false(page.covered);
    assert_false(x86_rmp_enabled(&none, 0));
    assert_false(x86_rmp_pages_of(&none, 1, &pages));
    memctl()->rmp.flags = 0;
    assert_false(is_covered(GUEST_PAGE));
    assert_false(x86_rmp_pages_of(&rmp_machine.rmp, 1, &pages));
    memctl()->rmp.flags = FABRIC_RMP_ENFORCED;
    assert_true(is_covered(GUEST_PAGE));
    memctl()->magic = 0;
    assert_false(is_covered(GUEST_PAGE));
}

static void table_that_is_being_made_cannot_be_read(void **state)
{
    (void)state;
    memctl()->rmp.flags = FABRIC_RMP_PROTECTED;
    assert_false(is_readable(GUEST_PAGE));
    assert_false(is_readable(RMP_MACHINE_COVERED));
    memctl()->rmp.flags = FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED;
    assert_true(is_readable(GUEST_PAGE));
    memctl()->generation++;
    assert_false(is_readable(GUEST_PAGE));
    assert_false(is_readable(RMP_MACHINE_COVERED));
}

/* The firmware makes no such table; what it has broken covers nothing by which something is allowed. */
static void impossible_table_cannot_be_read(void **state)
{
    (void)state;
    rmp_machine_place(RMP_MACHINE_TABLE + 0x1000, RMP_MACHINE_TABLE + MIB - 1, FABRIC_RMP_ENFORCED);
    assert_false(is_readable(GUEST_PAGE));
    rmp_machine_place(3 * MIB, 5 * MIB - 1, FABRIC_RMP_ENFORCED);
    assert_false(is_readable(GUEST_PAGE));
    rmp_machine_place(MIB, MIB + 0x3FFF - 1, FABRIC_RMP_ENFORCED);
    assert_false(is_readable(GUEST_PAGE));
    rmp_machine_place(2 * MIB, MIB - 1, FABRIC_RMP_ENFORCED);
    assert_false(is_readable(GUEST_PAGE));
}

static void page_of_2m_speaks_for_its_region(void **state)
{
    (void)state;
    uint64_t *first = rmp_machine_words(GUEST_PAGE);
    uint64_t *inner = rmp_machine_words(GUEST_PAGE + 0x5000);
    first[0] = 1 | 2 | 0x40000000ull | 7ull << 51;
    first[1] = 0x0F;
    inner[0] = 1 | 0x9000 | 9ull << 51;
    struct x86_rmp_page page = rmp_machine_page(GUEST_PAGE + 0x5123);
    assert_true(page.large && page.assigned);
    assert_int_equal(page.gpa, 0x40005000);
    assert_int_equal(page.asid, 7);
    assert_int_equal(page.permissions[0], 0x0F);
    assert_int_equal(rmp_machine_page(GUEST_PAGE + 2 * MIB - 1).gpa, 0x401FF000);
    assert_false(rmp_machine_page(GUEST_PAGE + 2 * MIB).assigned);
    assert_false(rmp_machine_page(GUEST_PAGE - 1).assigned);
    /* Neither of the two bits alone makes one. */
    first[0] &= ~1ull;
    assert_int_equal(rmp_machine_page(GUEST_PAGE + 0x5000).asid, 9);
    first[0] = (first[0] | 1) & ~2ull;
    page = rmp_machine_page(GUEST_PAGE + 0x5000);
    assert_int_equal(page.asid, 9);
    assert_int_equal(page.gpa, 0x9000);
    assert_false(page.large);
    /* Nor does the bit in another entry than the first. */
    inner[0] |= 2;
    assert_false(rmp_machine_page(GUEST_PAGE + 0x5000).large);
    first[0] |= 5 << 3;
    assert_int_equal(rmp_machine_page(GUEST_PAGE + 0x5000).subpages, 5);
}

static void locked_region_cannot_be_read(void **state)
{
    (void)state;
    *rmp_machine_words(GUEST_PAGE) |= LOCK;
    assert_false(is_readable(GUEST_PAGE));
    assert_false(is_readable(GUEST_PAGE + 2 * MIB - 1));
    assert_true(is_readable(GUEST_PAGE + 2 * MIB));
    assert_true(is_readable(GUEST_PAGE - 1));
}

static void counters_lie_in_front(void **state)
{
    (void)state;
    uint64_t pages;
    uint64_t *counters = dram_pointer(&rmp_machine.dram, RMP_MACHINE_TABLE, 0x4000);
    counters[5] = 0x123456789ull;
    counters[2047] = 1;
    assert_int_equal(rmp_machine_count(5), 0x123456789ull);
    assert_int_equal(rmp_machine_count(2047), 1);
    assert_false(x86_rmp_pages_of(&rmp_machine.rmp, 2048, &pages));
}

static void snp_en_is_a_cores_own(void **state)
{
    (void)state;
    assert_true(x86_rmp_enabled(&rmp_machine.rmp, 0));
    assert_false(x86_rmp_enabled(&rmp_machine.rmp, 1));
    assert_false(x86_rmp_enabled(&rmp_machine.rmp, FABRIC_CORES_MAX));
}

/* The table of SNP 3.4, and what is not in it. */
static void states_have_names(void **state)
{
    (void)state;
    static const struct {
        struct x86_rmp_page page;
        const char *name;
    } cases[] = {
        {{.covered = false}, "Default"},
        {{.covered = true}, "Hypervisor"},
        {{.covered = true, .gpa = 0x1000, .vmsa = true}, "Hypervisor"},
        {{.covered = true, .immutable = true}, "HV-fixed"},
        {{.covered = true, .assigned = true, .immutable = true}, "Firmware"},
        {{.covered = true, .assigned = true}, "Reclaim"},
        {{.covered = true, .assigned = true, .gpa = 0x1000, .vmsa = true}, "Reclaim"},
        {{.covered = true, .assigned = true, .immutable = true, .vmsa = true}, "Context"},
        {{.covered = true, .assigned = true, .immutable = true, .gpa = 0x1000}, "Metadata"},
        {{.covered = true, .assigned = true, .immutable = true, .large = true, .gpa = 0x1000},
         "Firmware"},
        {{.covered = true, .assigned = true, .immutable = true, .asid = 1}, "Pre-Guest"},
        {{.covered = true, .assigned = true, .immutable = true, .asid = 1, .validated = true},
         "Pre-Swap"},
        {{.covered = true, .assigned = true, .asid = 1}, "Guest-Invalid"},
        {{.covered = true, .assigned = true, .asid = 1, .vmsa = true}, "Guest-Invalid"},
        {{.covered = true, .assigned = true, .asid = 1, .validated = true}, "Guest-Valid"},
        {{.covered = true, .validated = true}, "Unknown"},
        {{.covered = true, .asid = 1}, "Unknown"},
        {{.covered = true, .assigned = true, .validated = true}, "Unknown"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(x86_rmp_state_name(x86_rmp_state_of(&cases[i].page)), cases[i].name);
    }
    assert_string_equal(x86_rmp_state_name((enum x86_rmp_state)99), "Unknown");
}

#define TEST(function)                                                                             \
    cmocka_unit_test_setup_teardown(function, rmp_machine_set_up, rmp_machine_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(entry_is_decoded),
        TEST(covered_range_follows_from_base_and_end),
        TEST(no_table_covers_nothing),
        TEST(table_that_is_being_made_cannot_be_read),
        TEST(impossible_table_cannot_be_read),
        TEST(page_of_2m_speaks_for_its_region),
        TEST(locked_region_cannot_be_read),
        TEST(counters_lie_in_front),
        TEST(snp_en_is_a_cores_own),
        TEST(states_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
