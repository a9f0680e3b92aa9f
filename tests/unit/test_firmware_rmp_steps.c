/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reverse map table while firmware and processor change it at once: an instruction runs between
 * any two accesses of the firmware, and the firmware between any two of an instruction.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "firmware/rmp.h"
#include "host/x86/rmp_access.h"

#include "tests/unit/firmware_rmp_race.h"

#define REGION SNP_REGION(0)
#define PAGE (REGION + 0x3000u)
#define OTHER (REGION + 0x4000u)
#define GPA 0x40000000ull

static const struct rmp_page host = {.state = RMP_HYPERVISOR, .size = RMP_4K};
static const struct rmp_page fixed = {.state = RMP_HV_FIXED, .size = RMP_4K};
static const struct rmp_page own = {.state = RMP_FIRMWARE, .size = RMP_4K};

static void nothing(void)
{
}

static enum sev_status fix_page(struct rmp_page *seen)
{
    (void)seen;
    return rmp_replace(PAGE, &host, &fixed);
}

static enum sev_status fix_first(struct rmp_page *seen)
{
    (void)seen;
    return rmp_replace(REGION, &host, &fixed);
}

static enum sev_status take_page(struct rmp_page *seen)
{
    (void)seen;
    return rmp_replace(PAGE, &host, &own);
}

static enum sev_status hold_page(struct rmp_page *seen)
{
    const struct rmp_expectation wants = {.states = RMP_STATE(HYPERVISOR), .size = RMP_4K};
    const enum sev_status status = rmp_hold(PAGE, &wants);

    (void)seen;
    if (status == SEV_STATUS_SUCCESS) {
        rmp_release(PAGE);
    }
    return status;
}

static enum sev_status look(struct rmp_page *seen)
{
    rmp_look_up(PAGE, seen);
    return SEV_STATUS_SUCCESS;
}

static enum rmp_result give_page(void)
{
    const struct rmpupdate_state guests = {.gpa = GPA, .assigned = 1, .asid = 1};

    return pages_update(PAGE, &guests);
}

static enum rmp_result give_other(void)
{
    const struct rmpupdate_state guests = {.gpa = GPA, .assigned = 1, .asid = 1};

    return pages_update(OTHER, &guests);
}

static enum rmp_result give_first(void)
{
    const struct rmpupdate_state guests = {.gpa = GPA, .assigned = 1, .asid = 1};

    return pages_update(REGION, &guests);
}

static enum rmp_result give_region(void)
{
    const struct rmpupdate_state guests = {.gpa = GPA, .assigned = 1, .page_size = 1, .asid = 1};

    return pages_update(REGION, &guests);
}

static enum rmp_result smash(void)
{
    return x86_psmash(pages_rmp(), 0, REGION).result;
}

static void large_page(void)
{
    assert_int_equal(give_region(), RMP_SUCCESS);
}

static void large_frozen_page(void)
{
    const struct pages_place place = {REGION, GPA, 1, true};

    pages_make_pre_guest(&place);
}

static void frozen_region(void)
{
    struct pages_place place = {.asid = 1};

    assert_int_equal(give_region(), RMP_SUCCESS);
    assert_int_equal(smash(), RMP_SUCCESS);
    for (uint32_t i = 0; i < RMP_REGION_PAGES; i++) {
        place.paddr = REGION + i * 0x1000u;
        place.gpa = GPA + i * 0x1000u;
        pages_freeze(&place);
    }
}

static enum sev_status melt(struct rmp_page *seen)
{
    struct rmp_page before;
    struct rmp_page after;

    (void)seen;
    rmp_look_up(REGION, &before);
    after = before;
    after.state = RMP_GUEST_INVALID;
    return rmp_replace(REGION, &before, &after);
}

static enum sev_status unsmash(struct rmp_page *seen)
{
    (void)seen;
    return rmp_unsmash(REGION);
}

static void changes_meet(void **state)
{
    static const struct race races[] = {
        {nothing, fix_page, give_page},    {nothing, fix_first, give_first},
        {nothing, take_page, give_other},  {nothing, take_page, give_region},
        {nothing, fix_first, give_region}, {nothing, hold_page, give_page},
        {nothing, hold_page, give_region}, {large_page, hold_page, smash},
        {large_frozen_page, melt, smash},
    };

    (void)state;
    for (size_t i = 0; i < sizeof races / sizeof races[0]; i++) {
        race_instructions_between_accesses(&races[i]);
    }
}

static void look_ups_meet_changes(void **state)
{
    static const struct race races[] = {
        {nothing, look, give_page},
        {nothing, look, give_region},
        {large_page, look, smash},
    };

    (void)state;
    for (size_t i = 0; i < sizeof races / sizeof races[0]; i++) {
        race_instructions_between_accesses(&races[i]);
    }
}

static void unsmashing_meets_instructions(void **state)
{
    static const struct race races[] = {{frozen_region, unsmash, smash},
                                        {frozen_region, unsmash, give_other}};

    (void)state;
    for (size_t i = 0; i < sizeof races / sizeof races[0]; i++) {
        race_instructions_between_some_accesses(&races[i]);
    }
}

static void the_firmware_meets_instructions(void **state)
{
    static const struct race races[] = {
        {nothing, fix_page, give_page},
        {nothing, take_page, give_other},
        {nothing, fix_first, give_first},
        {nothing, hold_page, give_page},
    };

    (void)state;
    for (size_t i = 0; i < sizeof races / sizeof races[0]; i++) {
        race_firmware_between_accesses(&races[i]);
    }
}

static uint64_t counted(uint32_t asid)
{
    uint64_t pages;

    assert_true(x86_rmp_pages_of(pages_rmp(), asid, &pages));
    return pages;
}

/** Who reads the numbers at any moment finds no page that they leave out. */
static void numbers_are_never_too_small(void *context, const struct hosted_step *access)
{
    const struct rmp_entry *first = snp_entry(REGION);
    const uint64_t before = *(const uint64_t *)context;
    uint64_t subpages = 0;
    uint64_t guests = 0;

    (void)access;
    for (uint32_t i = 1; i < RMP_REGION_PAGES; i++) {
        subpages += first[i].low & RMP_ASSIGNED;
        guests += (first[i].low & RMP_ASID) != 0;
    }
    assert_true((first->low & RMP_SUBPAGES) >> RMP_SUBPAGES_SHIFT >= subpages);
    assert_true(counted(1) >= guests);
    assert_true(counted(0) >= before + subpages - guests);
}

static void numbers_go_up_first_and_down_last(void **state)
{
    const struct rmp_page guests = {.state = RMP_PRE_GUEST, .size = RMP_4K, .asid = 1, .gpa = GPA};
    const struct rmp_page *walk[] = {&host, &own, &guests, &own, &fixed, &guests, &host};
    uint64_t before = counted(0);

    (void)state;
    hosted_set_access_hook(numbers_are_never_too_small, &before);
    for (size_t i = 1; i < sizeof walk / sizeof walk[0]; i++) {
        assert_int_equal(rmp_replace(PAGE, walk[i - 1], walk[i]), SEV_STATUS_SUCCESS);
    }
    hosted_set_access_hook(NULL, NULL);
    pages_check_counts();
}

static void pages_are_not_the_hosts(void *context, const struct hosted_step *access)
{
    (void)access;
    (*(uint32_t *)context)++;
    for (uint32_t i = 0; i < 5; i++) {
        static const uint32_t pages[] = {0, 1, 2, 300, 511};

        assert_false(x86_rmp_host_may_write(pages_rmp(), REGION + pages[i] * 0x1000ull, false));
    }
    assert_false(x86_rmp_host_may_write(pages_rmp(), REGION, true));
}

/** The host's writes look at no lock: at no step is a page between two sizes theirs. */
static void a_region_stays_the_guests_while_it_becomes_one_page(void **state)
{
    uint32_t steps = 0;

    (void)state;
    frozen_region();
    hosted_set_access_hook(pages_are_not_the_hosts, &steps);
    assert_int_equal(rmp_unsmash(REGION), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_true(steps > 1000);
    pages_check_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(changes_meet, race_boot),
        cmocka_unit_test_setup(look_ups_meet_changes, race_boot),
        cmocka_unit_test_setup(unsmashing_meets_instructions, race_boot),
        cmocka_unit_test_setup(the_firmware_meets_instructions, race_boot),
        cmocka_unit_test_setup(a_region_stays_the_guests_while_it_becomes_one_page, race_boot),
        cmocka_unit_test_setup(numbers_go_up_first_and_down_last, race_boot),
    };

    return cmocka_run_group_tests_name("RMP, step by step", tests, NULL, NULL);
}
