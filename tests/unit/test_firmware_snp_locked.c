/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A core that dies in an instruction keeps the RMP's lock for ever: at whatever moment of a command that
 * happens, a guest's page is in one place at most, and what could not be done can be done later.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_snp_swaps.h"

#define REGION_A SNP_REGION(0) /* Each of the pages has a region, and so a lock, of its own. */
#define REGION_B SNP_REGION(1)
#define PAGE_A (REGION_A + 0x3000u)
#define PAGE_B (REGION_B + 0x3000u)
#define CONTEXTS 0x400000u /* The region of the guest's context and Metadata page. */
#define STEPS_MAX 400u
#define STRIDE 5u /* Each wait takes its time. */

static const struct pages_place place_a = {PAGE_A, GPA + 0x5000u, SNP_ASID, false};
static const struct pages_place place_b = {PAGE_B, GPA + 0x5000u, SNP_ASID, false};

static uint64_t dead_region;
static uint32_t step;
static uint32_t wanted_step;

static void die_at_step(void *context, const struct hosted_step *access)
{
    struct rmp_entry *first = snp_entry(dead_region);

    (void)context;
    (void)access;
    if (step++ >= wanted_step && (first->low & RMP_LOCK) == 0) {
        first->low |= RMP_LOCK;
        hosted_set_access_hook(NULL, NULL);
    }
}

/** Runs a command while a core dies at a step. @return its status; all locks are free again */
static enum sev_status run(uint64_t region, uint32_t at, enum sev_status (*command)(void))
{
    enum sev_status status;

    dead_region = region;
    wanted_step = at;
    step = 0;
    hosted_set_access_hook(die_at_step, NULL);
    status = command();
    hosted_set_access_hook(NULL, NULL);
    snp_entry(region)->low &= ~RMP_LOCK;
    if (status != SEV_STATUS_SUCCESS && status != SEV_STATUS_INVALID_PAGE_STATE &&
        (region != CONTEXTS || status != SEV_STATUS_INVALID_GUEST)) {
        fail_msg("step %u: status %02X", at, status);
    }
    return status;
}

static enum sev_status swap_out(void)
{
    return swaps_out(PAGE_A, AWAY, 0);
}

static enum sev_status swap_in(void)
{
    return swaps_in(AWAY, PAGE_B, 0);
}

static enum sev_status move(void)
{
    struct snp_page_move parameters = {
        .gctx_paddr = GCTX, .src_paddr = PAGE_A, .dst_paddr = PAGE_B};

    return board_command(SNP_COMMAND_PAGE_MOVE, &parameters, sizeof parameters);
}

static bool has_guest(uint64_t paddr)
{
    return pages_look(paddr).validated;
}

static bool is_away(void)
{
    return (swaps_entry(ENTRY)->info & SNP_MDATA_VALID) != 0;
}

/** PAGE_A is the guest's, and frozen; PAGE_B is where it may come to. */
static void prepare(void)
{
    const struct rmp_page none = {.state = RMP_HYPERVISOR, .size = RMP_4K};

    snp_set(PAGE_A, &none);
    snp_set(PAGE_B, &none);
    snp_entry(REGION_A)->low = 0;
    snp_entry(REGION_B)->low = 0;
    memset(board_dram(MDATA), 0, SNP_PAGE_BYTES);
    pages_make_guest_valid(&place_a);
    pages_freeze(&place_a);
    pages_make_pre_guest(&place_b);
}

static void a_page_goes_away_or_stays(void **state)
{
    static const uint64_t regions[] = {REGION_A, CONTEXTS};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (uint32_t at = 0; at < STEPS_MAX; at += STRIDE) {
            enum sev_status status;

            prepare();
            status = run(regions[i], at, swap_out);
            assert_false(has_guest(PAGE_A) && is_away());
            assert_int_equal(status == SEV_STATUS_SUCCESS, is_away());
            if (step <= at) {
                break;
            }
        }
        assert_int_equal(swaps_entry(ENTRY)->info & SNP_MDATA_VALID, SNP_MDATA_VALID);
    }
}

static void a_page_comes_back_or_can_later(void **state)
{
    static const uint64_t regions[] = {REGION_B, CONTEXTS};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (uint32_t at = 0; at < STEPS_MAX; at += STRIDE) {
            enum sev_status status;

            prepare();
            assert_int_equal(swap_out(), SEV_STATUS_SUCCESS);
            status = run(regions[i], at, swap_in);
            assert_false(has_guest(PAGE_B) && is_away());
            assert_int_equal(status == SEV_STATUS_SUCCESS, has_guest(PAGE_B));
            if (status != SEV_STATUS_SUCCESS) {
                assert_true(is_away());
                assert_int_equal(swap_in(), SEV_STATUS_SUCCESS);
            }
            if (step <= at) {
                break;
            }
        }
        assert_true(has_guest(PAGE_B));
    }
}

static void a_page_is_moved_or_stays(void **state)
{
    static const uint64_t regions[] = {REGION_A, REGION_B};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (uint32_t at = 0; at < STEPS_MAX; at += STRIDE) {
            enum sev_status status;

            prepare();
            status = run(regions[i], at, move);
            assert_false(has_guest(PAGE_A) && has_guest(PAGE_B));
            assert_int_equal(status == SEV_STATUS_SUCCESS, has_guest(PAGE_B));
            if (step <= at) {
                break;
            }
        }
        assert_true(has_guest(PAGE_B));
    }
}

static int boot(void **state)
{
    (void)swaps_boot(state);
    assert_int_equal(SNP_PAGE(0), CONTEXTS);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_page_goes_away_or_stays, boot),
        cmocka_unit_test_setup(a_page_comes_back_or_can_later, boot),
        cmocka_unit_test_setup(a_page_is_moved_or_stays, boot),
    };

    return cmocka_run_group_tests_name("SNP pages and dead cores", tests, NULL, NULL);
}
