/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PSMASH and RMPREAD, rule by rule, and when none of the host's instructions works.
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
#define PAGE 0x603000ull   /* A page inside a region. */
#define REGION 0x600000ull /* The region's first page. */
#define GPA 0x40003000ull
#define GPA_REGION 0x40000000ull
#define ASID 7u
#define LOCK 0x8000000000000000ull

static const struct rmpupdate_state guest = {.gpa = GPA, .assigned = 1, .asid = ASID};
static const struct rmpupdate_state guest_2m = {
    .gpa = GPA_REGION, .assigned = 1, .page_size = 1, .asid = ASID};

static void update_and_the_others_need_snp_en(void **state)
{
    (void)state;
    struct rmpread_state read;
    uint8_t *before = rmp_machine_copy();
    rmp_machine_raises(x86_rmpupdate(&rmp_machine.rmp, 1, PAGE, &guest), X86_RMP_EVENT_UD, 0);
    rmp_machine_raises(x86_psmash(&rmp_machine.rmp, 1, REGION), X86_RMP_EVENT_UD, 0);
    rmp_machine_raises(x86_rmpread(&rmp_machine.rmp, 1, PAGE, &read), X86_RMP_EVENT_UD, 0);
    rmp_machine_is_as(before);
}

static void locked_region_is_in_use(void **state)
{
    (void)state;
    struct rmpread_state read;
    rmp_machine_assign(REGION + MIB2, true, ASID, GPA_REGION);
    rmp_machine_words(REGION)[0] |= LOCK;
    rmp_machine_words(REGION + MIB2)[0] |= LOCK;
    rmp_machine_refuse(PAGE, guest, RMP_FAIL_INUSE);
    rmp_machine_refuse(REGION, guest_2m, RMP_FAIL_INUSE);
    uint8_t *before = rmp_machine_copy();
    rmp_machine_is(x86_psmash(&rmp_machine.rmp, 0, REGION + MIB2), RMP_FAIL_INUSE);
    rmp_machine_is(x86_rmpread(&rmp_machine.rmp, 0, PAGE, &read), RMP_FAIL_INUSE);
    rmp_machine_is_as(before);
}

static void psmash_refuses_what_it_cannot_divide(void **state)
{
    (void)state;
    struct rmpupdate_state owner = guest_2m;
    owner.immutable = 1;
    assert_int_equal(rmp_machine_update(REGION, &guest_2m), RMP_SUCCESS);
    assert_int_equal(rmp_machine_update(REGION + MIB2, &owner), RMP_SUCCESS);
    rmp_machine_assign(REGION + 2 * MIB2, false, ASID, GPA_REGION);
    uint8_t *before = rmp_machine_copy();
    rmp_machine_is(x86_psmash(&rmp_machine.rmp, 0, PAGE), RMP_FAIL_INPUT);
    rmp_machine_is(x86_psmash(&rmp_machine.rmp, 0, RMP_MACHINE_COVERED), RMP_FAIL_INPUT);
    rmp_machine_is(x86_psmash(&rmp_machine.rmp, 0, UINT64_MAX - (MIB2 - 1)), RMP_FAIL_INPUT);
    rmp_machine_is(x86_psmash(&rmp_machine.rmp, 0, REGION + MIB2), RMP_FAIL_PERMISSION);
    rmp_machine_is(x86_psmash(&rmp_machine.rmp, 0, REGION + 2 * MIB2), RMP_FAIL_INPUT);
    rmp_machine_is(x86_psmash(&rmp_machine.rmp, 0, REGION + 3 * MIB2), RMP_FAIL_INPUT);
    rmp_machine_is_as(before);
}

static void psmash_divides_and_changes_nothing_else(void **state)
{
    (void)state;
    rmp_machine_give(REGION, true, ASID, GPA_REGION);
    rmp_machine_words(REGION)[1] = 0x0C03010F;
    rmp_machine_words(PAGE)[1] = UINT64_MAX; /* What was there before is not looked at. */
    rmp_machine_is(x86_psmash(&rmp_machine.rmp, 0, REGION), RMP_SUCCESS);
    for (uint64_t i = 0; i < 512; i++) {
        const uint64_t *words = rmp_machine_words(REGION + i * KIB4);
        assert_int_equal(words[0], 0x4000000000000001ull | (GPA_REGION + i * KIB4) | 7ull << 51 |
                                       (i == 0 ? 511 << 3 : 0));
        assert_int_equal(words[1], 0x0C03010F);
    }
    assert_int_equal(rmp_machine_count(ASID), 512);
    assert_int_equal(rmp_machine_words(REGION + MIB2)[0], 0);
    rmp_machine_is(x86_psmash(&rmp_machine.rmp, 0, REGION), RMP_FAIL_INPUT);
}

static void read_tells_what_the_host_may_know(void **state)
{
    (void)state;
    struct rmpread_state read;
    memset(&read, 0xFF, sizeof read);
    rmp_machine_is(x86_rmpread(&rmp_machine.rmp, 0, PAGE, &read), RMP_SUCCESS);
    assert_memory_equal(&read, &(struct rmpread_state){.gpa = 0}, sizeof read);
    struct rmpupdate_state owner = guest;
    owner.immutable = 1;
    assert_int_equal(rmp_machine_update(PAGE, &owner), RMP_SUCCESS);
    rmp_machine_is(x86_rmpread(&rmp_machine.rmp, 0, PAGE, &read), RMP_SUCCESS);
    assert_memory_equal(
        &read,
        (&(struct rmpread_state){
            .gpa = GPA, .assigned = 1, .page_size = 2, .immutable = 1, .asid = ASID}),
        sizeof read);
    /* A neighbour of an assigned page, in the same region. */
    rmp_machine_is(x86_rmpread(&rmp_machine.rmp, 0, PAGE + KIB4, &read), RMP_SUCCESS);
    assert_memory_equal(&read, &(struct rmpread_state){.page_size = 2}, sizeof read);
    rmp_machine_assign(REGION + MIB2, false, ASID, GPA);
    rmp_machine_is(x86_rmpread(&rmp_machine.rmp, 0, REGION + MIB2 + KIB4, &read), RMP_SUCCESS);
    assert_memory_equal(&read, &(struct rmpread_state){.page_size = 2}, sizeof read);
    rmp_machine_assign(REGION + 2 * MIB2, true, ASID, GPA_REGION);
    rmp_machine_is(x86_rmpread(&rmp_machine.rmp, 0, REGION + 2 * MIB2 + 5 * KIB4, &read),
                   RMP_SUCCESS);
    assert_memory_equal(
        &read,
        (&(struct rmpread_state){
            .gpa = GPA_REGION + 5 * KIB4, .assigned = 1, .page_size = 1, .asid = ASID}),
        sizeof read);
    rmp_machine_is(x86_rmpread(&rmp_machine.rmp, 0, PAGE + 8, &read), RMP_FAIL_INPUT);
    rmp_machine_is(x86_rmpread(&rmp_machine.rmp, 0, RMP_MACHINE_COVERED, &read), RMP_FAIL_INPUT);
}

/* Nothing works before the table is in force; while it is being made, everything is in use. */
static void instructions_need_a_table_in_force(void **state)
{
    (void)state;
    static const struct {
        uint32_t flags;
        enum rmp_result result;
    } cases[] = {{0, RMP_FAIL_INPUT}, {FABRIC_RMP_PROTECTED, RMP_FAIL_INUSE}};
    struct rmpread_state read;
    rmp_machine_assign(REGION + MIB2, true, ASID, GPA_REGION);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rmp_machine_place(RMP_MACHINE_TABLE, RMP_MACHINE_TABLE + RMP_MACHINE_TABLE_BYTES - 1,
                          cases[i].flags);
        rmp_machine_refuse(PAGE, guest, cases[i].result);
        rmp_machine_refuse(PAGE + 8, guest, RMP_FAIL_INPUT);
        uint8_t *before = rmp_machine_copy();
        rmp_machine_is(x86_psmash(&rmp_machine.rmp, 0, REGION + MIB2), cases[i].result);
        rmp_machine_is(x86_rmpread(&rmp_machine.rmp, 0, PAGE, &read), cases[i].result);
        rmp_machine_is_as(before);
    }
}

/* The firmware is changing the fabric, and does not come to an end. */
static void instructions_need_a_fabric_at_rest(void **state)
{
    (void)state;
    struct fabric_memctl *memctl = (void *)(rmp_machine.fabric + FABRIC_MEMCTL_OFFSET);
    struct rmpread_state read;
    rmp_machine_assign(REGION + MIB2, true, ASID, GPA_REGION);
    memctl->generation++;
    rmp_machine_refuse(PAGE, guest, RMP_FAIL_INUSE);
    rmp_machine_is(x86_psmash(&rmp_machine.rmp, 0, REGION + MIB2), RMP_FAIL_INUSE);
    rmp_machine_is(x86_rmpread(&rmp_machine.rmp, 0, PAGE, &read), RMP_FAIL_INUSE);
}

#define TEST(function)                                                                             \
    cmocka_unit_test_setup_teardown(function, rmp_machine_set_up, rmp_machine_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(update_and_the_others_need_snp_en),    TEST(locked_region_is_in_use),
        TEST(psmash_refuses_what_it_cannot_divide), TEST(psmash_divides_and_changes_nothing_else),
        TEST(read_tells_what_the_host_may_know),    TEST(instructions_need_a_table_in_force),
        TEST(instructions_need_a_fabric_at_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
