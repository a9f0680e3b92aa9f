/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To which platforms SEND_START sends a guest (section 4.25): what POLICY.SEV and POLICY.DOMAIN ask of
 * the target.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/guest/guest.h"

#include "tests/unit/firmware_sample.h"

static struct sample sample;

/** SEND_START to the target in memory, of a guest with the given policy besides. */
static enum sev_status send(uint32_t policy)
{
    struct sample asked = sample;

    guest_find(sample.handle)->policy |= policy;
    return sample_run(&asked);
}

/** Puts certificates of a chip in place of the target's; ASK and ARK are none. */
static void set_target(const struct board_certificates *target)
{
    memcpy(board_dram(sample_address(&sample, 0)), &target->pdh, sizeof(target->pdh));
    memcpy(board_dram(sample_address(&sample, 1)), &target->chain, sizeof(target->chain));
}

static int prepare(void **state)
{
    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_SEND_START));
    return 0;
}

static void guest_goes_to_its_own_domain(void **state)
{
    (void)state;
    assert_int_equal(send(SEV_POLICY_DOMAIN), SEV_STATUS_SUCCESS);
}

/** A chip of another owner: its certificates verify, but lead to another OCA. */
static void guest_of_a_domain_stays_in_it(void **state)
{
    struct board_certificates other;

    (void)state;
    (void)board_boot(NULL);
    hosted_entropy_seeded(77);
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    board_export(&other);
    (void)prepare(NULL);
    set_target(&other);
    assert_int_equal(send(SEV_POLICY_DOMAIN), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(guest_find(sample.handle)->state, SEV_GUEST_RUNNING);
    guest_find(sample.handle)->policy &= ~SEV_POLICY_DOMAIN;
    assert_int_equal(send(0), SEV_STATUS_SUCCESS);
}

/** The sample's ASK and ARK are zeros with sizes. */
static void guest_that_wants_a_genuine_chip_goes_to_no_other(void **state)
{
    (void)state;
    assert_int_equal(send(SEV_POLICY_SEV), SEV_STATUS_INVALID_CERTIFICATE);
    assert_int_equal(guest_find(sample.handle)->state, SEV_GUEST_RUNNING);
    guest_find(sample.handle)->policy &= ~SEV_POLICY_SEV;
    assert_int_equal(send(0), SEV_STATUS_SUCCESS);
}

static void target_must_know_the_version_of_the_policy(void **state)
{
    struct board_certificates target;

    (void)state;
    board_export(&target);
    target.chain.pek.api_major = 0;
    set_target(&target);
    assert_int_equal(send(1u << 16), SEV_STATUS_POLICY_FAILURE);
    guest_find(sample.handle)->policy &= ~(1u << 16);
    assert_int_equal(send(0), SEV_STATUS_SUCCESS);
}

#define TEST(name) cmocka_unit_test_setup(name, prepare)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(guest_goes_to_its_own_domain),
        TEST(guest_of_a_domain_stays_in_it),
        TEST(guest_that_wants_a_genuine_chip_goes_to_no_other),
        TEST(target_must_know_the_version_of_the_policy),
    };

    return cmocka_run_group_tests_name("targets of SEND_START", tests, NULL, NULL);
}
