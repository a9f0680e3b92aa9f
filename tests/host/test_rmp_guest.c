/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PVALIDATE, RMPADJUST and RMPQUERY, rule by rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/rmp_machine.h"

#define KIB4 0x1000ull
#define MIB2 0x200000ull
#define PAGE 0x603000ull
#define REGION 0x800000ull /* A page of 2 MiB. */
#define GPA 0x40003000ull
#define GPA_REGION 0x40000000ull
#define ASID 7u
#define LOCK 0x8000000000000000ull
#define VALIDATED 0x4000000000000000ull
#define VMSA 0x2000000000000000ull

/* EXITINFO1: present, user, RMP, the final access, C-bit; and SIZEM. */
#define NPF 0x580000005ull
#define NPF_SIZEM 0xD80000005ull
#define NPF_PLAIN 0x180000005ull

#define SMALL 0u
#define LARGE 1u

static const struct x86_rmp_guest small = {.asid = ASID, .c_bit = true, .gpa = GPA, .spa = PAGE};
static const struct x86_rmp_guest large = {
    .asid = ASID, .c_bit = true, .nested_large = true, .gpa = GPA_REGION, .spa = REGION};

static struct x86_rmp_outcome pvalidate(const struct x86_rmp_guest *guest, uint64_t rcx,
                                        uint64_t rdx)
{
    return x86_pvalidate(&rmp_machine.rmp, guest, guest->gpa, rcx, rdx);
}

static struct x86_rmp_outcome adjust(const struct x86_rmp_guest *guest, uint64_t rcx, uint64_t rdx)
{
    return x86_rmpadjust(&rmp_machine.rmp, guest, guest->gpa, rcx, rdx);
}

static struct x86_rmp_outcome query(const struct x86_rmp_guest *guest, uint64_t rdx,
                                    struct x86_rmpquery_answer *answer)
{
    return x86_rmpquery(&rmp_machine.rmp, guest, guest->gpa, rdx, answer);
}

/* RDX of RMPADJUST. */
static uint64_t grant(uint64_t vmpl, uint64_t permissions, bool vmsa)
{
    return vmpl | permissions << 8 | (vmsa ? 1u << 16 : 0);
}

/* A machine with two pages of the guest, valid ones. */
static int set_up(void **state)
{
    (void)rmp_machine_set_up(state);
    rmp_machine_give(PAGE, false, ASID, GPA);
    rmp_machine_give(REGION, true, ASID, GPA_REGION);
    return 0;
}

/* All three instructions on a page raise the same, and change nothing. */
static void all_raise(const struct x86_rmp_guest *guest, uint64_t rcx, enum x86_rmp_event event,
                      uint64_t error)
{
    struct x86_rmpquery_answer answer;
    const uint64_t low = rmp_machine_words(guest->spa)[0];
    rmp_machine_raises(pvalidate(guest, rcx, 0), event, error);
    rmp_machine_raises(adjust(guest, rcx, grant(1, 0, false)), event, error);
    rmp_machine_raises(query(guest, 0, &answer), event, error);
    assert_int_equal(rmp_machine_words(guest->spa)[0], low);
}

static void pvalidate_is_vmpl_0s_at_cpl_0(void **state)
{
    (void)state;
    struct x86_rmp_guest other = small;
    other.vmpl = 1;
    rmp_machine_raises(pvalidate(&other, SMALL, 0), X86_RMP_EVENT_GP, 0);
    /* Also with an address that is not aligned. */
    rmp_machine_raises(x86_pvalidate(&rmp_machine.rmp, &other, 8, SMALL, 0), X86_RMP_EVENT_GP, 0);
    other.vmpl = 0;
    other.cpl = 3;
    rmp_machine_raises(pvalidate(&other, SMALL, 0), X86_RMP_EVENT_GP, 0);
    assert_true(rmp_machine_page(PAGE).validated);
}

static void addresses_are_aligned_to_the_size(void **state)
{
    (void)state;
    struct x86_rmpquery_answer answer;
    rmp_machine_is(x86_pvalidate(&rmp_machine.rmp, &small, GPA + 8, SMALL, 0), RMP_FAIL_INPUT);
    rmp_machine_is(x86_pvalidate(&rmp_machine.rmp, &large, KIB4, LARGE, 0), RMP_FAIL_INPUT);
    rmp_machine_is(x86_rmpadjust(&rmp_machine.rmp, &small, GPA + 8, SMALL, 1), RMP_FAIL_INPUT);
    rmp_machine_is(x86_rmpadjust(&rmp_machine.rmp, &large, KIB4, LARGE, 1), RMP_FAIL_INPUT);
    rmp_machine_is(x86_rmpquery(&rmp_machine.rmp, &small, GPA + 8, 0, &answer), RMP_FAIL_INPUT);
    rmp_machine_is(x86_pvalidate_operands(&large, KIB4, LARGE), RMP_FAIL_INPUT);
    rmp_machine_is(x86_pvalidate_operands(&large, MIB2, LARGE), RMP_SUCCESS);
    rmp_machine_is(x86_rmpadjust_operands(&large, KIB4, LARGE, 1), RMP_FAIL_INPUT);
    rmp_machine_is(x86_rmpquery_operands(&small, GPA + 8, 0), RMP_FAIL_INPUT);
}

static void page_must_be_the_guests(void **state)
{
    (void)state;
    struct x86_rmp_guest other = small;
    other.asid = ASID + 1;
    all_raise(&other, SMALL, X86_RMP_EVENT_NPF, NPF);
    other = small;
    other.gpa += KIB4;
    all_raise(&other, SMALL, X86_RMP_EVENT_NPF, NPF);
    other = small;
    other.c_bit = false;
    other.gpa += KIB4;
    all_raise(&other, SMALL, X86_RMP_EVENT_NPF, NPF_PLAIN);
    rmp_machine_words(PAGE)[0] |= 4; /* Pre-Swap */
    all_raise(&small, SMALL, X86_RMP_EVENT_NPF, NPF);
    rmp_machine_words(PAGE)[0] &= ~5ull; /* not assigned */
    all_raise(&small, SMALL, X86_RMP_EVENT_NPF, NPF);
    other = large;
    other.gpa += MIB2;
    all_raise(&other, LARGE, X86_RMP_EVENT_NPF, NPF);
}

/* ASID 0 is the firmware's: a page that it has reclaimed is no guest's, nor is what has no entry. */
static void firmwares_and_uncovered_pages_are_no_guests(void **state)
{
    (void)state;
    struct x86_rmpquery_answer answer;
    const struct x86_rmp_guest nobody = {.asid = 0, .c_bit = true, .gpa = 0, .spa = PAGE + KIB4};
    struct x86_rmp_guest outside = small;
    rmp_machine_words(PAGE + KIB4)[0] = 1;
    all_raise(&nobody, SMALL, X86_RMP_EVENT_NPF, NPF);
    outside.spa = RMP_MACHINE_COVERED;
    rmp_machine_raises(pvalidate(&outside, SMALL, 1), X86_RMP_EVENT_NPF, NPF);
    rmp_machine_raises(adjust(&outside, SMALL, 1), X86_RMP_EVENT_NPF, NPF);
    rmp_machine_raises(query(&outside, 1, &answer), X86_RMP_EVENT_NPF, NPF);
}

static void pvalidate_sets_and_clears(void **state)
{
    (void)state;
    struct x86_rmp_outcome outcome = pvalidate(&small, SMALL, 1);
    rmp_machine_is(outcome, RMP_SUCCESS);
    assert_true(outcome.carry);
    rmp_machine_words(PAGE)[1] = 0x0103070F;
    outcome = pvalidate(&small, SMALL, 1);
    assert_true(outcome.carry);
    assert_int_equal(rmp_machine_words(PAGE)[1], 0x0103070F);
    outcome = pvalidate(&small, SMALL, 0);
    rmp_machine_is(outcome, RMP_SUCCESS);
    assert_false(outcome.carry);
    assert_int_equal(rmp_machine_words(PAGE)[0], 1 | GPA | 7ull << 51);
    outcome = pvalidate(&small, SMALL, 0);
    rmp_machine_is(outcome, RMP_SUCCESS);
    assert_true(outcome.carry);
    /* What the page was is over: VMPL 0 has it alone. */
    outcome = pvalidate(&small, SMALL, 1);
    assert_false(outcome.carry);
    assert_int_equal(rmp_machine_words(PAGE)[0], VALIDATED | 1 | GPA | 7ull << 51);
    assert_int_equal(rmp_machine_words(PAGE)[1], 0x0F);
    assert_int_equal(rmp_machine_page(PAGE).subpages, 1);
    assert_int_equal(rmp_machine_count(ASID), 513);
}

static void pvalidate_changes_a_page_of_2m(void **state)
{
    (void)state;
    struct x86_rmp_outcome outcome = pvalidate(&large, LARGE, 0);
    rmp_machine_is(outcome, RMP_SUCCESS);
    assert_false(outcome.carry);
    assert_int_equal(rmp_machine_words(REGION)[0], 3 | GPA_REGION | 7ull << 51);
    rmp_machine_is(pvalidate(&large, LARGE, 1), RMP_SUCCESS);
    assert_int_equal(rmp_machine_words(REGION)[0], VALIDATED | 3 | GPA_REGION | 7ull << 51);
    assert_int_equal(rmp_machine_words(REGION)[1], 0x0F);
}

/* The first page of a region carries the count of the others. */
static void change_of_a_regions_first_page_keeps_its_count(void **state)
{
    (void)state;
    const uint64_t first = 0x600000;
    struct x86_rmp_guest guest = small;
    guest.spa = first;
    guest.gpa = GPA_REGION;
    rmp_machine_give(first, false, ASID, GPA_REGION);
    rmp_machine_is(adjust(&guest, SMALL, grant(1, 1, false)), RMP_SUCCESS);
    assert_int_equal(rmp_machine_words(first)[0], VALIDATED | 1 | 1 << 3 | GPA_REGION | 7ull << 51);
    assert_int_equal(rmp_machine_words(first)[1], 0x010F);
}

/* SIZEM asks the host to PSMASH; RMP without it, to map with the page's size. */
static void sizes_that_differ(void **state)
{
    (void)state;
    struct x86_rmp_guest inner = large;
    struct x86_rmp_guest other = large;
    struct x86_rmpquery_answer answer;
    /* 4 KiB of a page of 2 MiB. */
    inner.gpa += 3 * KIB4;
    inner.spa += 3 * KIB4;
    rmp_machine_raises(pvalidate(&inner, SMALL, 0), X86_RMP_EVENT_NPF, NPF_SIZEM);
    rmp_machine_raises(adjust(&inner, SMALL, 1), X86_RMP_EVENT_NPF, NPF_SIZEM);
    rmp_machine_raises(pvalidate(&large, SMALL, 0), X86_RMP_EVENT_NPF, NPF_SIZEM);
    /* All of it, of which 4 KiB are mapped. */
    other.nested_large = false;
    rmp_machine_raises(pvalidate(&other, LARGE, 0), X86_RMP_EVENT_NPF, NPF_SIZEM);
    rmp_machine_raises(adjust(&other, LARGE, 1), X86_RMP_EVENT_NPF, NPF_SIZEM);
    rmp_machine_raises(query(&other, 0, &answer), X86_RMP_EVENT_NPF, NPF);
    /* 2 MiB of pages of 4 KiB: the guest asks again for 4 KiB. */
    rmp_machine_give(REGION + MIB2, false, ASID, GPA_REGION + MIB2);
    other.gpa += MIB2;
    other.spa += MIB2;
    for (unsigned nested = 0; nested < 2; nested++) {
        other.nested_large = nested != 0;
        rmp_machine_is(pvalidate(&other, LARGE, 0), RMP_FAIL_SIZEMISMATCH);
        rmp_machine_is(adjust(&other, LARGE, 1), RMP_FAIL_SIZEMISMATCH);
    }
    /* 4 KiB that are mapped with 2 MiB. */
    rmp_machine_raises(pvalidate(&other, SMALL, 0), X86_RMP_EVENT_NPF, NPF);
    rmp_machine_raises(adjust(&other, SMALL, 1), X86_RMP_EVENT_NPF, NPF);
    rmp_machine_raises(query(&other, 0, &answer), X86_RMP_EVENT_NPF, NPF);
    /* A guest whose own mapping is of 4 KiB, at an address that fits by chance. */
    rmp_machine_is(x86_pvalidate(&rmp_machine.rmp, &inner, MIB2, LARGE, 0), RMP_FAIL_SIZEMISMATCH);
    assert_true(rmp_machine_page(REGION).validated);
    assert_true(rmp_machine_page(REGION + MIB2).validated);
}

static void adjust_refuses_malformed_operands(void **state)
{
    (void)state;
    struct x86_rmp_guest other = small;
    rmp_machine_is(adjust(&small, SMALL, grant(4, 1, false)), RMP_FAIL_INPUT);
    rmp_machine_is(adjust(&small, SMALL, grant(1, 0x10, false)), RMP_FAIL_INPUT);
    rmp_machine_is(adjust(&small, SMALL, grant(1, 0x80, false)), RMP_FAIL_INPUT);
    rmp_machine_is(adjust(&small, SMALL, grant(1, 1, false) | 1u << 17), RMP_FAIL_INPUT);
    rmp_machine_is(adjust(&small, SMALL, grant(1, 1, false) | 1ull << 63), RMP_FAIL_INPUT);
    rmp_machine_is(adjust(&small, 2, grant(1, 1, false)), RMP_FAIL_INPUT);
    /* That comes before what is not permitted, and this before the page. */
    rmp_machine_is(adjust(&small, 2, grant(0, 1, false)), RMP_FAIL_INPUT);
    other.asid++;
    rmp_machine_is(adjust(&other, SMALL, grant(0, 1, false)), RMP_FAIL_PERMISSION);
    other.cpl = 3;
    rmp_machine_raises(adjust(&other, 2, grant(0, 1, false)), X86_RMP_EVENT_GP, 0);
    assert_int_equal(rmp_machine_words(PAGE)[1], 0x0F);
}

static void vmpls_grant_to_lesser_ones_only(void **state)
{
    (void)state;
    struct x86_rmp_guest other = small;
    rmp_machine_words(PAGE)[1] = 0x07070F0F;
    for (uint8_t vmpl = 0; vmpl < 4; vmpl++) {
        other.vmpl = vmpl;
        for (unsigned target = 0; target < 4; target++) {
            rmp_machine_is(adjust(&other, SMALL, grant(target, 7, false)),
                           target > vmpl ? RMP_SUCCESS : RMP_FAIL_PERMISSION);
        }
    }
    other.vmpl = 1;
    rmp_machine_is(adjust(&other, SMALL, grant(2, 1, true)), RMP_FAIL_PERMISSION);
    assert_false(rmp_machine_page(PAGE).vmsa);
}

static void vmpls_grant_what_they_have(void **state)
{
    (void)state;
    struct x86_rmp_guest other = small;
    rmp_machine_is(adjust(&small, SMALL, grant(1, 5, false)), RMP_SUCCESS);
    assert_int_equal(rmp_machine_words(PAGE)[1], 0x050F);
    other.vmpl = 1;
    for (unsigned permissions = 0; permissions < 16; permissions++) {
        rmp_machine_is(adjust(&other, SMALL, grant(3, permissions, false)),
                       (permissions & ~5u) == 0 ? RMP_SUCCESS : RMP_FAIL_PERMISSION);
    }
    assert_int_equal(rmp_machine_words(PAGE)[1], 0x0500050F);
    rmp_machine_is(adjust(&small, SMALL, grant(1, 0, false)), RMP_SUCCESS);
    assert_int_equal(rmp_machine_words(PAGE)[1], 0x0500000F);
    rmp_machine_is(adjust(&large, LARGE, grant(2, 0xF, false)), RMP_SUCCESS);
    assert_int_equal(rmp_machine_words(REGION)[1], 0x0F000F);
    assert_int_equal(rmp_machine_words(REGION)[0], VALIDATED | 3 | GPA_REGION | 7ull << 51);
}

static void page_that_is_not_validated_raises_vc(void **state)
{
    (void)state;
    struct x86_rmpquery_answer answer;
    rmp_machine_is(pvalidate(&small, SMALL, 0), RMP_SUCCESS);
    rmp_machine_raises(adjust(&small, SMALL, 1), X86_RMP_EVENT_VC, 0x404);
    rmp_machine_raises(query(&small, 0, &answer), X86_RMP_EVENT_VC, 0x404);
    /* The sizes come first: a guest cannot validate what the host must divide before. */
    rmp_machine_is(pvalidate(&large, LARGE, 0), RMP_SUCCESS);
    rmp_machine_raises(adjust(&large, SMALL, 1), X86_RMP_EVENT_NPF, NPF_SIZEM);
}

static void vmpl_0_makes_and_unmakes_vmsas(void **state)
{
    (void)state;
    struct x86_rmp_guest other = small;
    rmp_machine_is(adjust(&large, LARGE, grant(1, 0, true)), RMP_FAIL_INPUT);
    rmp_machine_words(REGION)[1] = 0x07;
    rmp_machine_is(adjust(&large, LARGE, grant(1, 8, true)), RMP_FAIL_PERMISSION);
    rmp_machine_is(adjust(&small, SMALL, grant(1, 0xF, true)), RMP_SUCCESS);
    assert_int_equal(rmp_machine_words(PAGE)[0], VALIDATED | VMSA | 1 | GPA | 7ull << 51);
    other.vmpl = 1;
    rmp_machine_is(adjust(&other, SMALL, grant(2, 1, false)), RMP_SUCCESS);
    assert_true(rmp_machine_page(PAGE).vmsa);
    assert_int_equal(x86_rmp_vmrun(&rmp_machine.rmp, 2, ASID, PAGE), X86_RMP_VMRUN_OK);
    rmp_machine_is(adjust(&small, SMALL, grant(1, 1, false)), RMP_FAIL_INUSE);
    rmp_machine_is(adjust(&other, SMALL, grant(2, 0, false)), RMP_FAIL_INUSE);
    assert_int_equal(rmp_machine_words(PAGE)[1], 0x010F0F);
    x86_rmp_vmexit(&rmp_machine.rmp, 2);
    rmp_machine_is(adjust(&small, SMALL, grant(1, 1, false)), RMP_SUCCESS);
    assert_false(rmp_machine_page(PAGE).vmsa);
}

static void query_tells_permissions(void **state)
{
    (void)state;
    struct x86_rmpquery_answer answer;
    struct x86_rmp_guest other = small;
    rmp_machine_words(PAGE)[1] = 0x0103070F;
    rmp_machine_words(PAGE)[0] |= VMSA;
    rmp_machine_is(query(&small, 2, &answer), RMP_SUCCESS);
    assert_int_equal(answer.rcx, 0);
    assert_int_equal(answer.rdx, 0x10302);
    rmp_machine_is(query(&large, 0, &answer), RMP_SUCCESS);
    assert_int_equal(answer.rcx, 1);
    assert_int_equal(answer.rdx, 0xF00);
    other.vmpl = 2;
    rmp_machine_is(query(&other, 2, &answer), RMP_SUCCESS);
    rmp_machine_is(query(&other, 3, &answer), RMP_SUCCESS);
    assert_int_equal(answer.rdx, 0x10103);
    rmp_machine_is(query(&other, 1, &answer), RMP_FAIL_PERMISSION);
    rmp_machine_is(query(&other, 4, &answer), RMP_FAIL_INPUT);
    rmp_machine_is(query(&other, 0x103, &answer), RMP_FAIL_INPUT);
    other.cpl = 3;
    rmp_machine_raises(query(&other, 4, &answer), X86_RMP_EVENT_GP, 0);
}

static void locked_region_is_in_use(void **state)
{
    (void)state;
    struct x86_rmpquery_answer answer;
    rmp_machine_words(0x600000)[0] |= LOCK;
    rmp_machine_is(pvalidate(&small, SMALL, 0), RMP_FAIL_INUSE);
    rmp_machine_is(adjust(&small, SMALL, 1), RMP_FAIL_INUSE);
    rmp_machine_is(query(&small, 0, &answer), RMP_FAIL_INUSE);
    assert_int_equal(rmp_machine_words(0x600000)[0], LOCK | 1 << 3);
    rmp_machine_words(0x600000)[0] &= ~LOCK;
    rmp_machine_place(RMP_MACHINE_TABLE, RMP_MACHINE_TABLE + RMP_MACHINE_TABLE_BYTES - 1,
                      FABRIC_RMP_PROTECTED);
    rmp_machine_is(pvalidate(&small, SMALL, 0), RMP_FAIL_INUSE);
    rmp_machine_is(adjust(&small, SMALL, 1), RMP_FAIL_INUSE);
    rmp_machine_place(0, 0, 0);
    rmp_machine_raises(pvalidate(&small, SMALL, 0), X86_RMP_EVENT_NPF, NPF);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, rmp_machine_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pvalidate_is_vmpl_0s_at_cpl_0),
        TEST(addresses_are_aligned_to_the_size),
        TEST(page_must_be_the_guests),
        TEST(firmwares_and_uncovered_pages_are_no_guests),
        TEST(pvalidate_sets_and_clears),
        TEST(pvalidate_changes_a_page_of_2m),
        TEST(change_of_a_regions_first_page_keeps_its_count),
        TEST(sizes_that_differ),
        TEST(adjust_refuses_malformed_operands),
        TEST(vmpls_grant_to_lesser_ones_only),
        TEST(vmpls_grant_what_they_have),
        TEST(page_that_is_not_validated_raises_vc),
        TEST(vmpl_0_makes_and_unmakes_vmsas),
        TEST(query_tells_permissions),
        TEST(locked_region_is_in_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
