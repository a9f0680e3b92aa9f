/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RMPUPDATE, rule by rule.
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

/* A guest's page, validated by VMPL 0: ASSIGNED, GPA, ASID, VALIDATED. */
#define GUEST_LOW (0x4000000000000001ull | GPA | 7ull << 51)

static const struct rmpupdate_state host = {.gpa = 0};
static const struct rmpupdate_state guest = {.gpa = GPA, .assigned = 1, .asid = ASID};
static const struct rmpupdate_state guest_2m = {
    .gpa = GPA_REGION, .assigned = 1, .page_size = 1, .asid = ASID};
static const struct rmpupdate_state firmware = {.assigned = 1, .immutable = 1};

static const char *state_of(uint64_t spa)
{
    const struct x86_rmp_page page = rmp_machine_page(spa);
    return x86_rmp_state_name(x86_rmp_state_of(&page));
}

static void update_writes_a_guests_page(void **state)
{
    (void)state;
    assert_int_equal(rmp_machine_update(PAGE, &guest), RMP_SUCCESS);
    assert_int_equal(rmp_machine_words(PAGE)[0], 1 | GPA | 7ull << 51);
    assert_int_equal(rmp_machine_words(PAGE)[1], 0x0F);
    assert_int_equal(rmp_machine_words(REGION)[0], 1 << 3);
    assert_int_equal(rmp_machine_count(ASID), 1);
    assert_string_equal(state_of(PAGE), "Guest-Invalid");
    assert_int_equal(rmp_machine_update(PAGE, &host), RMP_SUCCESS);
    assert_int_equal(rmp_machine_words(PAGE)[0], 0);
    assert_int_equal(rmp_machine_words(PAGE)[1], 0);
    assert_int_equal(rmp_machine_words(REGION)[0], 0);
    assert_int_equal(rmp_machine_count(ASID), 0);
}

static void update_makes_each_state_that_is_the_hosts_to_make(void **state)
{
    (void)state;
    struct rmpupdate_state owner = guest;
    owner.immutable = 1;
    assert_int_equal(rmp_machine_update(PAGE, &owner), RMP_SUCCESS);
    assert_string_equal(state_of(PAGE), "Pre-Guest");
    assert_int_equal(rmp_machine_update(PAGE + KIB4, &firmware), RMP_SUCCESS);
    assert_string_equal(state_of(PAGE + KIB4), "Firmware");
    assert_int_equal(rmp_machine_words(PAGE + KIB4)[0], 5);
    assert_int_equal(rmp_machine_count(0), 1);
    rmp_machine_give(PAGE + 2 * KIB4, false, ASID, GPA);
    assert_string_equal(state_of(PAGE + 2 * KIB4), "Guest-Valid");
    assert_int_equal(rmp_machine_update(PAGE + 2 * KIB4, &owner), RMP_SUCCESS);
    assert_string_equal(state_of(PAGE + 2 * KIB4), "Pre-Swap");
    assert_int_equal(rmp_machine_count(ASID), 2);
    /* What the firmware has reclaimed goes back to the host. */
    *rmp_machine_words(PAGE + KIB4) = 1;
    assert_string_equal(state_of(PAGE + KIB4), "Reclaim");
    assert_int_equal(rmp_machine_update(PAGE + KIB4, &host), RMP_SUCCESS);
    assert_string_equal(state_of(PAGE + KIB4), "Hypervisor");
    assert_int_equal(rmp_machine_count(0), 0);
}

static void update_refuses_malformed_operands(void **state)
{
    (void)state;
    rmp_machine_refuse(PAGE + 8, guest, RMP_FAIL_INPUT);
    rmp_machine_refuse(PAGE, guest_2m, RMP_FAIL_INPUT);
    rmp_machine_refuse(RMP_MACHINE_COVERED, guest, RMP_FAIL_INPUT);
    rmp_machine_refuse(RMP_MACHINE_COVERED, guest_2m, RMP_FAIL_INPUT);
    rmp_machine_refuse(UINT64_MAX - 0xFFF, guest, RMP_FAIL_INPUT);
    rmp_machine_refuse(UINT64_MAX - (MIB2 - 1), guest_2m, RMP_FAIL_INPUT);
    struct rmpupdate_state wrong = guest;
    wrong.gpa = GPA + 1;
    rmp_machine_refuse(PAGE, wrong, RMP_FAIL_INPUT);
    wrong.gpa = 1ull << 51;
    rmp_machine_refuse(PAGE, wrong, RMP_FAIL_INPUT);
    wrong = guest_2m;
    wrong.gpa = GPA;
    rmp_machine_refuse(REGION, wrong, RMP_FAIL_INPUT);
    wrong = guest;
    wrong.assigned = 2;
    rmp_machine_refuse(PAGE, wrong, RMP_FAIL_INPUT);
    wrong = guest;
    wrong.immutable = 2;
    rmp_machine_refuse(PAGE, wrong, RMP_FAIL_INPUT);
    wrong = guest_2m;
    wrong.page_size = 2;
    rmp_machine_refuse(REGION, wrong, RMP_FAIL_INPUT);
    wrong = guest;
    wrong.reserved = 1;
    rmp_machine_refuse(PAGE, wrong, RMP_FAIL_INPUT);
}

static void update_refuses_owners_that_are_not_the_hosts_to_make(void **state)
{
    (void)state;
    struct rmpupdate_state wrong = guest;
    wrong.asid = RMP_MACHINE_MAX_ASID + 1;
    rmp_machine_refuse(PAGE, wrong, RMP_FAIL_INPUT);
    wrong.asid = 0x400 + ASID;
    rmp_machine_refuse(PAGE, wrong, RMP_FAIL_INPUT);
    rmp_machine_refuse(PAGE, (struct rmpupdate_state){.asid = ASID}, RMP_FAIL_INPUT);
    rmp_machine_refuse(PAGE, (struct rmpupdate_state){.immutable = 1}, RMP_FAIL_INPUT);
    /* Metadata, or what would become it. */
    wrong = firmware;
    wrong.gpa = GPA;
    rmp_machine_refuse(PAGE, wrong, RMP_FAIL_INPUT);
    wrong.immutable = 0;
    rmp_machine_refuse(PAGE, wrong, RMP_FAIL_INPUT);
    wrong = guest;
    wrong.asid = RMP_MACHINE_MAX_ASID;
    assert_int_equal(rmp_machine_update(PAGE, &wrong), RMP_SUCCESS);
}

/* Without a configuration the largest ASID is the default one; never more than an entry holds. */
static void largest_asid_is_the_machines(void **state)
{
    (void)state;
    struct fabric_config *configuration = (void *)rmp_machine.fabric;
    struct rmpupdate_state owner = guest;
    configuration->max_asid = 5000;
    owner.asid = 1024;
    rmp_machine_refuse(PAGE, owner, RMP_FAIL_INPUT);
    owner.asid = 1023;
    assert_int_equal(rmp_machine_update(PAGE, &owner), RMP_SUCCESS);
    configuration->magic = 0;
    owner.asid = 510;
    rmp_machine_refuse(PAGE, owner, RMP_FAIL_INPUT);
    owner.asid = 509;
    assert_int_equal(rmp_machine_update(PAGE, &owner), RMP_SUCCESS);
    assert_int_equal(rmp_machine_count(1023), 0);
    assert_int_equal(rmp_machine_count(509), 1);
}

static void update_leaves_immutable_pages_alone(void **state)
{
    (void)state;
    struct rmpupdate_state owner = guest;
    owner.immutable = 1;
    assert_int_equal(rmp_machine_update(PAGE, &firmware), RMP_SUCCESS);
    rmp_machine_refuse(PAGE, host, RMP_FAIL_PERMISSION);
    rmp_machine_refuse(PAGE, guest, RMP_FAIL_PERMISSION);
    assert_int_equal(rmp_machine_update(PAGE + KIB4, &owner), RMP_SUCCESS);
    rmp_machine_refuse(PAGE + KIB4, host, RMP_FAIL_PERMISSION);
    rmp_machine_words(PAGE + 2 * KIB4)[0] = 4; /* HV-fixed */
    rmp_machine_refuse(PAGE + 2 * KIB4, host, RMP_FAIL_PERMISSION);
    rmp_machine_refuse(PAGE + 2 * KIB4, guest, RMP_FAIL_PERMISSION);
    /* Each page of an immutable one of 2 MiB: that comes before overlaps and locks. */
    owner = guest_2m;
    owner.immutable = 1;
    assert_int_equal(rmp_machine_update(REGION + MIB2, &owner), RMP_SUCCESS);
    rmp_machine_refuse(REGION + MIB2 + KIB4, host, RMP_FAIL_PERMISSION);
    rmp_machine_words(REGION + MIB2)[0] |= LOCK;
    rmp_machine_refuse(REGION + MIB2 + KIB4, host, RMP_FAIL_PERMISSION);
}

static void update_refuses_overlaps(void **state)
{
    (void)state;
    assert_int_equal(rmp_machine_update(REGION, &guest_2m), RMP_SUCCESS);
    rmp_machine_refuse(REGION, (struct rmpupdate_state){.gpa = 0}, RMP_FAIL_OVERLAP);
    rmp_machine_refuse(PAGE, guest, RMP_FAIL_OVERLAP);
    rmp_machine_refuse(PAGE, host, RMP_FAIL_OVERLAP);
    const struct rmpupdate_state host_2m = {.page_size = 1};
    assert_int_equal(rmp_machine_update(REGION, &host_2m), RMP_SUCCESS);
    assert_int_equal(rmp_machine_update(REGION + MIB2 - KIB4, &guest), RMP_SUCCESS);
    rmp_machine_refuse(REGION, guest_2m, RMP_FAIL_OVERLAP);
    rmp_machine_refuse(REGION, host_2m, RMP_FAIL_OVERLAP);
    assert_int_equal(rmp_machine_update(REGION + MIB2 - KIB4, &host), RMP_SUCCESS);
    /* The region's first page is what is replaced, and no obstacle. */
    rmp_machine_give(REGION, false, ASID, GPA_REGION);
    assert_int_equal(rmp_machine_update(REGION, &guest_2m), RMP_SUCCESS);
    assert_string_equal(state_of(PAGE), "Guest-Invalid");
    assert_int_equal(rmp_machine_count(ASID), 512);
}

static void page_of_2m_does_not_hide_fixed_pages(void **state)
{
    (void)state;
    rmp_machine_words(PAGE)[0] = 4;
    rmp_machine_refuse(REGION, guest_2m, RMP_FAIL_PERMISSION);
    assert_int_equal(rmp_machine_update(PAGE - KIB4, &guest), RMP_SUCCESS);
    rmp_machine_refuse(REGION, guest_2m, RMP_FAIL_OVERLAP);
    assert_int_equal(rmp_machine_update(PAGE - KIB4, &host), RMP_SUCCESS);
    assert_int_equal(rmp_machine_update(PAGE + KIB4, &guest), RMP_SUCCESS);
    rmp_machine_refuse(REGION, guest_2m, RMP_FAIL_OVERLAP);
}

static void update_keeps_what_the_guest_said_of_the_same_page(void **state)
{
    (void)state;
    const uint64_t high = 0x00000703090Full;
    struct rmpupdate_state owner = guest;
    owner.immutable = 1;
    rmp_machine_words(PAGE)[0] = GUEST_LOW | 1ull << 61;
    rmp_machine_words(PAGE)[1] = high;
    assert_int_equal(rmp_machine_update(PAGE, &guest), RMP_SUCCESS);
    assert_int_equal(rmp_machine_words(PAGE)[0], GUEST_LOW | 1ull << 61);
    assert_int_equal(rmp_machine_update(PAGE, &owner), RMP_SUCCESS);
    assert_int_equal(rmp_machine_words(PAGE)[0], GUEST_LOW | 1ull << 61 | 4);
    assert_int_equal(rmp_machine_words(PAGE)[1], high & 0xFFFFFFFF);
    assert_int_equal(rmp_machine_count(ASID), 0);
}

/* Another owner, another GPA, another size: the guest has said nothing of such a page. */
static void update_forgets_what_the_guest_said_of_another_page(void **state)
{
    (void)state;
    const struct rmpupdate_state changed[] = {
        {.gpa = GPA, .assigned = 1, .asid = ASID + 1},
        {.gpa = GPA + KIB4, .assigned = 1, .asid = ASID},
        {.assigned = 1},
    };
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++) {
        rmp_machine_words(PAGE)[0] = GUEST_LOW | 1ull << 61;
        rmp_machine_words(PAGE)[1] = 0x03030303;
        assert_int_equal(rmp_machine_update(PAGE, &changed[i]), RMP_SUCCESS);
        assert_int_equal(rmp_machine_words(PAGE)[0],
                         1 | changed[i].gpa | (uint64_t)changed[i].asid << 51);
        assert_int_equal(rmp_machine_words(PAGE)[1], 0x0F);
    }
    rmp_machine_words(REGION)[0] = 0x4000000000000001ull | GPA_REGION | 7ull << 51;
    rmp_machine_words(REGION)[1] = 0x03030303;
    rmp_machine_words(PAGE)[0] = 0;
    assert_int_equal(rmp_machine_update(REGION, &guest_2m), RMP_SUCCESS);
    assert_int_equal(rmp_machine_words(REGION)[0], 3 | GPA_REGION | 7ull << 51);
    assert_int_equal(rmp_machine_words(REGION)[1], 0x0F);
    /* An assigned page that was the host's meanwhile. */
    rmp_machine_words(PAGE + MIB2)[0] = GUEST_LOW & ~1ull;
    assert_int_equal(rmp_machine_update(PAGE + MIB2, &guest), RMP_SUCCESS);
    assert_string_equal(state_of(PAGE + MIB2), "Guest-Invalid");
}

/* VMSA and no ASID would be a guest context's, which only the firmware makes. */
static void update_makes_no_context_page(void **state)
{
    (void)state;
    rmp_machine_words(PAGE)[0] = 1 | 1ull << 61;
    assert_string_equal(state_of(PAGE), "Reclaim");
    assert_int_equal(rmp_machine_update(PAGE, &firmware), RMP_SUCCESS);
    assert_string_equal(state_of(PAGE), "Firmware");
}

static void update_counts_pages_and_subpages(void **state)
{
    (void)state;
    struct rmpupdate_state other = guest;
    other.asid = ASID + 1;
    assert_int_equal(rmp_machine_update(REGION, &guest), RMP_SUCCESS);
    assert_int_equal(rmp_machine_page(REGION).subpages, 0);
    for (uint64_t i = 1; i < 512; i++) {
        assert_int_equal(rmp_machine_update(REGION + i * KIB4, &guest), RMP_SUCCESS);
        assert_int_equal(rmp_machine_page(REGION).subpages, i);
    }
    assert_int_equal(rmp_machine_count(ASID), 512);
    assert_int_equal(rmp_machine_update(REGION, &other), RMP_SUCCESS);
    assert_int_equal(rmp_machine_update(PAGE, &other), RMP_SUCCESS);
    assert_int_equal(rmp_machine_page(REGION).subpages, 511);
    assert_int_equal(rmp_machine_count(ASID), 510);
    assert_int_equal(rmp_machine_count(ASID + 1), 2);
    assert_int_equal(rmp_machine_update(REGION, &host), RMP_SUCCESS);
    assert_int_equal(rmp_machine_page(REGION).subpages, 511);
    assert_int_equal(rmp_machine_update(PAGE, &host), RMP_SUCCESS);
    assert_int_equal(rmp_machine_page(REGION).subpages, 510);
    assert_int_equal(rmp_machine_count(ASID + 1), 0);
    /* A page of 2 MiB: another guest's, and the host's again. */
    struct rmpupdate_state large = guest_2m;
    assert_int_equal(rmp_machine_update(REGION + MIB2, &large), RMP_SUCCESS);
    assert_int_equal(rmp_machine_count(ASID), 510 + 512);
    large.asid++;
    assert_int_equal(rmp_machine_update(REGION + MIB2, &large), RMP_SUCCESS);
    assert_int_equal(rmp_machine_count(ASID), 510);
    assert_int_equal(rmp_machine_count(ASID + 1), 512);
    assert_int_equal(rmp_machine_page(REGION + MIB2).subpages, 0);
    assert_int_equal(rmp_machine_update(REGION + MIB2, &(struct rmpupdate_state){.page_size = 1}),
                     RMP_SUCCESS);
    assert_int_equal(rmp_machine_words(REGION + MIB2)[0], 0);
    assert_int_equal(rmp_machine_count(ASID + 1), 0);
}

static void vmsa_that_runs_is_in_use(void **state)
{
    (void)state;
    rmp_machine_words(PAGE)[0] = GUEST_LOW | 1ull << 61;
    assert_int_equal(x86_rmp_vmrun(&rmp_machine.rmp, 3, ASID, PAGE), X86_RMP_VMRUN_OK);
    rmp_machine_refuse(PAGE, host, RMP_FAIL_INUSE);
    rmp_machine_refuse(PAGE, guest, RMP_FAIL_INUSE);
    x86_rmp_vmexit(&rmp_machine.rmp, 3);
    assert_int_equal(rmp_machine_update(PAGE, &host), RMP_SUCCESS);
}

#define TEST(function)                                                                             \
    cmocka_unit_test_setup_teardown(function, rmp_machine_set_up, rmp_machine_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(update_writes_a_guests_page),
        TEST(update_makes_each_state_that_is_the_hosts_to_make),
        TEST(update_refuses_malformed_operands),
        TEST(update_refuses_owners_that_are_not_the_hosts_to_make),
        TEST(largest_asid_is_the_machines),
        TEST(update_leaves_immutable_pages_alone),
        TEST(update_refuses_overlaps),
        TEST(page_of_2m_does_not_hide_fixed_pages),
        TEST(update_keeps_what_the_guest_said_of_the_same_page),
        TEST(update_forgets_what_the_guest_said_of_another_page),
        TEST(update_makes_no_context_page),
        TEST(update_counts_pages_and_subpages),
        TEST(vmsa_that_runs_is_in_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
