/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reverse map table as the firmware reads and changes it (SNP 3): each state of an entry, each
 * change from one to another, look-ups, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/rmp.h"
#include "firmware/rmp_entry.h"

#include "tests/unit/firmware_snp_pages.h"

#define PAGE SNP_PAGE(7)
#define FIRST SNP_REGION(0)
#define GPA 0x40000000ull
#define STATES 10u

/** A page in each state that an entry can say. */
static const struct rmp_page pages[STATES] = {
    {.state = RMP_HYPERVISOR, .size = RMP_4K},
    {.state = RMP_HV_FIXED, .size = RMP_4K},
    {.state = RMP_FIRMWARE, .size = RMP_4K, .permissions = {0xF}},
    {.state = RMP_RECLAIM, .size = RMP_4K},
    {.state = RMP_CONTEXT, .size = RMP_4K, .vmsa = true},
    {.state = RMP_METADATA, .size = RMP_4K, .gpa = 0x7000, .guest = 0x8765432112345678},
    {.state = RMP_PRE_GUEST, .size = RMP_4K, .asid = 1, .gpa = GPA, .permissions = {0xF}},
    {.state = RMP_PRE_SWAP, .size = RMP_4K, .asid = 2, .gpa = GPA, .permissions = {0xF, 3}},
    {.state = RMP_GUEST_INVALID, .size = RMP_4K, .asid = 1, .gpa = GPA, .permissions = {0xF}},
    {.state = RMP_GUEST_VALID,
     .size = RMP_4K,
     .asid = 2,
     .vmsa = true,
     .permissions = {1, 2, 4, 8}},
};

/** Assigned, Validated, a guest, Immutable, GPA not 0, VMSA: the table of SNP 3.4. */
static enum rmp_state state_of(bool assigned, bool validated, bool guest, bool immutable, bool gpa,
                               bool vmsa)
{
    if (!assigned) {
        return validated || guest ? RMP_NO_STATE : immutable ? RMP_HV_FIXED : RMP_HYPERVISOR;
    }
    if (guest) {
        return immutable ? (validated ? RMP_PRE_SWAP : RMP_PRE_GUEST)
                         : (validated ? RMP_GUEST_VALID : RMP_GUEST_INVALID);
    }
    if (validated) {
        return RMP_NO_STATE;
    }
    if (!immutable) {
        return RMP_RECLAIM;
    }
    return gpa ? RMP_METADATA : vmsa ? RMP_CONTEXT : RMP_FIRMWARE;
}

static void entries_say_the_states_of_the_specification(void **state)
{
    (void)state;
    for (uint32_t bits = 0; bits < 256; bits++) {
        struct rmp_entry entry = {
            .low = ((bits & 1) != 0 ? RMP_ASSIGNED : 0) | ((bits & 2) != 0 ? RMP_VALIDATED : 0) |
                   ((bits & 4) != 0 ? 1023ull << RMP_ASID_SHIFT : 0) |
                   ((bits & 8) != 0 ? RMP_IMMUTABLE : 0) |
                   ((bits & 16) != 0 ? 0x0007FFFFFFFFF000ull : 0) |
                   ((bits & 32) != 0 ? RMP_VMSA : 0) | ((bits & 64) != 0 ? RMP_2M : 0) |
                   ((bits & 128) != 0 ? RMP_LOCK | RMP_SUBPAGES : 0),
            .high = 0x04030201,
        };
        struct rmp_page page;
        struct rmp_entry again;

        rmp_entry_decode(&entry, &page);
        assert_int_equal(page.state, state_of((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0,
                                              (bits & 8) != 0, (bits & 16) != 0, (bits & 32) != 0));
        assert_int_equal(page.size, (bits & 64) != 0 ? RMP_2M_PAGE : RMP_4K);
        assert_int_equal(page.asid, (bits & 4) != 0 ? 1023 : 0);
        assert_int_equal(page.gpa, (bits & 16) != 0 ? 0x0007FFFFFFFFF000ull : 0);
        assert_int_equal(page.vmsa, (bits & 32) != 0);
        assert_memory_equal(page.permissions,
                            page.state == RMP_METADATA ? "\0\0\0\0" : "\x01\x02\x03\x04", 4);
        assert_int_equal(page.guest, page.state == RMP_METADATA ? entry.high : 0);
        if (page.state == RMP_NO_STATE) {
            continue;
        }
        rmp_entry_encode(&page, &again);
        /* A Context page is one by its VMSA bit; all else comes back as it was. */
        assert_int_equal(again.low, entry.low & ~(RMP_LOCK | RMP_SUBPAGES));
        assert_int_equal(again.high, entry.high);
    }
}

/** What the entry of a page must be. */
static void assert_entry(uint64_t paddr, const struct rmp_page *page, uint64_t subpages)
{
    struct rmp_entry entry;

    rmp_entry_encode(page, &entry);
    assert_int_equal(snp_entry(paddr)->low, entry.low | subpages << RMP_SUBPAGES_SHIFT);
    assert_int_equal(snp_entry(paddr)->high, entry.high);
}

/** From each state to each, of a region's first page and of another. */
static void each_change_is_made_and_counted(void **state)
{
    const uint64_t places[] = {FIRST, FIRST + 0x1000, FIRST + 0x1FF000};
    struct rmp_page before = pages[0];

    (void)state;
    pages_give(FIRST + 0x5000, false);
    for (size_t p = 0; p < sizeof places / sizeof places[0]; p++) {
        for (uint32_t i = 0; i < STATES * STATES; i++) {
            /* Every ordered pair comes up: through A to B. */
            const struct rmp_page *steps[] = {&pages[i / STATES], &pages[i % STATES]};

            for (uint32_t s = 0; s < 2; s++) {
                const bool assigned =
                    steps[s]->state != RMP_HYPERVISOR && steps[s]->state != RMP_HV_FIXED;

                assert_int_equal(rmp_replace(places[p], &before, steps[s]), SEV_STATUS_SUCCESS);
                before = *steps[s];
                assert_entry(places[p], &before, p == 0 ? 1 : 0);
                assert_int_equal((snp_entry(FIRST)->low & RMP_SUBPAGES) >> RMP_SUBPAGES_SHIFT,
                                 p != 0 && assigned ? 2 : 1);
                assert_int_equal(rmp_pages_of(1), before.asid == 1 ? 1 : 0);
                assert_int_equal(rmp_pages_of(2), before.asid == 2 ? 1 : 0);
            }
        }
        assert_int_equal(rmp_replace(places[p], &before, &pages[0]), SEV_STATUS_SUCCESS);
        before = pages[0];
        pages_check_counts();
    }
}

static void pages_of_2m_count_512(void **state)
{
    struct rmp_page page = {.state = RMP_PRE_SWAP, .size = RMP_2M_PAGE, .asid = 3, .gpa = GPA};
    struct rmp_page after = {.state = RMP_FIRMWARE, .size = RMP_2M_PAGE};
    const struct pages_place place = {FIRST, GPA, 3, true};

    (void)state;
    pages_make_guest_valid(&place);
    pages_freeze(&place);
    rmp_look_up(FIRST, &page);
    assert_int_equal(rmp_pages_of(3), 512);
    assert_int_equal(rmp_replace(FIRST, &page, &after), SEV_STATUS_SUCCESS);
    assert_int_equal(rmp_pages_of(3), 0);
    pages_check_counts();
}

static void a_page_of_2m_is_found_everywhere_in_it(void **state)
{
    static const uint64_t offsets[] = {0, 0xFFF, 0x1000, 0x123456, 0x1FFFFF};
    const struct pages_place place = {FIRST, GPA, 3, true};
    struct rmp_page page;

    (void)state;
    pages_make_guest_valid(&place);
    /* What the region's other entries hold means nothing. */
    snp_entry(FIRST + 0x1000)->low = RMP_ASSIGNED | RMP_IMMUTABLE;
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        rmp_look_up(FIRST + offsets[i], &page);
        assert_int_equal(page.state, RMP_GUEST_VALID);
        assert_int_equal(page.size, RMP_2M_PAGE);
        assert_int_equal(page.gpa, GPA);
        assert_int_equal(page.asid, 3);
    }
    rmp_look_up(FIRST + 0x200000, &page);
    assert_int_equal(page.state, RMP_HYPERVISOR);
    rmp_look_up(FIRST - 1, &page);
    assert_int_equal(page.state, RMP_HYPERVISOR);
    /* A part of it cannot be changed. */
    assert_int_equal(rmp_replace(FIRST + 0x2000, &pages[0], &pages[2]),
                     SEV_STATUS_INVALID_PAGE_STATE);
    snp_entry(FIRST)->low &= ~RMP_ASSIGNED;
    rmp_look_up(FIRST + 0x1000, &page);
    assert_int_equal(page.state, RMP_FIRMWARE);
}

static void what_has_no_entry_is_default(void **state)
{
    const uint64_t covered = (SNP_RMP_END + 1 - SNP_RMP_BASE - 0x4000) / 16 * 0x1000;
    const struct rmp_expectation wants = {.states = RMP_STATE(DEFAULT), .size = RMP_2M_PAGE};
    struct rmp_page page;

    (void)state;
    assert_true(rmp_covers(covered - 1));
    assert_false(rmp_covers(covered));
    assert_false(rmp_covers(UINT64_MAX));
    rmp_look_up(covered, &page);
    assert_int_equal(page.state, RMP_DEFAULT);
    assert_int_equal(rmp_compare(&page, &wants), SEV_STATUS_SUCCESS);
    assert_int_equal(rmp_replace(covered, &page, &pages[2]), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(rmp_unsmash(covered), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(rmp_hold(covered, &wants), SEV_STATUS_SUCCESS);
    rmp_release(covered);
}

static void comparison_has_an_order(void **state)
{
    struct rmp_expectation wants = {RMP_STATE(FIRMWARE), RMP_2M_PAGE, 9};

    (void)state;
    assert_int_equal(rmp_compare(&pages[6], &wants), SEV_STATUS_INVALID_PAGE_SIZE);
    wants.size = RMP_4K;
    assert_int_equal(rmp_compare(&pages[6], &wants), SEV_STATUS_INVALID_PAGE_STATE);
    wants.states = RMP_STATE(PRE_GUEST);
    assert_int_equal(rmp_compare(&pages[6], &wants), SEV_STATUS_INVALID_PAGE_OWNER);
    wants.asid = 1;
    assert_int_equal(rmp_compare(&pages[6], &wants), SEV_STATUS_SUCCESS);
    wants.asid = 0;
    assert_int_equal(rmp_compare(&pages[6], &wants), SEV_STATUS_SUCCESS);
}

/** An entry that is not what was seen stays as it is, whatever differs. */
static void what_has_changed_is_left_alone(void **state)
{
    struct rmp_page seen = pages[7];
    const struct rmp_page others[] = {
        {RMP_PRE_GUEST, RMP_4K, false, {0xF, 3}, 2, GPA, 0},
        {RMP_PRE_SWAP, RMP_4K, true, {0xF, 3}, 2, GPA, 0},
        {RMP_PRE_SWAP, RMP_4K, false, {0xF, 2}, 2, GPA, 0},
        {RMP_PRE_SWAP, RMP_4K, false, {0xF, 3, 0, 1}, 2, GPA, 0},
        {RMP_PRE_SWAP, RMP_4K, false, {0xF, 3}, 1, GPA, 0},
        {RMP_PRE_SWAP, RMP_4K, false, {0xF, 3}, 2, GPA + 0x1000, 0},
        {RMP_NO_STATE, RMP_4K, false, {0xF, 3}, 2, GPA, 0},
    };
    struct rmp_page large = pages[7];

    (void)state;
    snp_set(PAGE, &seen);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(rmp_replace(PAGE, &others[i], &pages[0]), SEV_STATUS_INVALID_PAGE_STATE);
        assert_entry(PAGE, &seen, 0);
        assert_int_equal(snp_entry(SNP_PAGE(0))->low, 0); /* Nor is the region locked. */
    }
    large.size = RMP_2M_PAGE;
    assert_int_equal(rmp_replace(PAGE, &seen, &large), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(rmp_pages_of(2), 0);
}

/** A core holds the lock for ever: the wait has an end, and nothing changes. */
static void a_lock_that_stays_is_waited_for_in_vain(void **state)
{
    const struct rmp_expectation wants = {.states = RMP_STATE(HYPERVISOR), .size = RMP_4K};
    const uint64_t lock = RMP_LOCK | 5ull << RMP_SUBPAGES_SHIFT;
    struct rmp_page page;

    (void)state;
    snp_entry(FIRST)->low = lock;
    rmp_look_up(FIRST + 0x1000, &page);
    assert_int_equal(page.state, RMP_NO_STATE);
    assert_int_equal(rmp_compare(&page, &wants), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(rmp_replace(FIRST, &pages[0], &pages[2]), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(rmp_replace(FIRST + 0x1000, &pages[0], &pages[2]),
                     SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(rmp_hold(FIRST + 0x1000, &wants), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(rmp_unsmash(FIRST), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(snp_entry(FIRST)->low, lock);
    assert_int_equal(snp_entry(FIRST + 0x1000)->low, 0);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, FIRST), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, FIRST), SEV_STATUS_INVALID_PAGE_STATE);
}

static void a_page_that_is_held_is_in_use(void **state)
{
    const struct rmp_expectation wants = {.states = RMP_STATE(HYPERVISOR), .size = RMP_4K};
    const struct rmp_expectation other = {.states = RMP_STATE(FIRMWARE)};
    const struct rmpupdate_state firmware = {.assigned = 1, .immutable = 1};

    (void)state;
    assert_int_equal(rmp_hold(FIRST + 0x1000, &other), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(pages_update(FIRST + 0x2000, &firmware), RMP_SUCCESS);
    assert_int_equal(rmp_hold(FIRST + 0x1000, &wants), SEV_STATUS_SUCCESS);
    assert_int_equal(pages_update(FIRST + 0x1000, &firmware), RMP_FAIL_INUSE);
    rmp_release(FIRST + 0x1000);
    pages_check_counts();
    assert_int_equal(pages_update(FIRST + 0x1000, &firmware), RMP_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_say_the_states_of_the_specification),
        cmocka_unit_test_setup(each_change_is_made_and_counted, pages_boot),
        cmocka_unit_test_setup(pages_of_2m_count_512, pages_boot),
        cmocka_unit_test_setup(a_page_of_2m_is_found_everywhere_in_it, pages_boot),
        cmocka_unit_test_setup(what_has_no_entry_is_default, pages_boot),
        cmocka_unit_test(comparison_has_an_order),
        cmocka_unit_test_setup(what_has_changed_is_left_alone, pages_boot),
        cmocka_unit_test_setup(a_lock_that_stays_is_waited_for_in_vain, pages_boot),
        cmocka_unit_test_setup(a_page_that_is_held_is_in_use, pages_boot),
    };

    return cmocka_run_group_tests_name("RMP", tests, NULL, NULL);
}
