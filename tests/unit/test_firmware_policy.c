/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which guest policies a start accepts (section 8): API version, SEV-ES, key sharing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "firmware/guest/guest.h"
#include "firmware/guest/policy.h"

#include "tests/unit/firmware_flow.h"

#define VERSION(major, minor) ((uint32_t)(major) << 16 | (uint32_t)(minor) << 24)

static void the_version_of_the_policy_is_a_minimum(void **state)
{
    (void)state;
    assert_true(policy_allows_version(0, 0, 0));
    assert_true(policy_allows_version(VERSION(1, 55), 1, 55));
    assert_true(policy_allows_version(VERSION(1, 55), 1, 56));
    assert_true(policy_allows_version(VERSION(1, 55), 2, 0));
    assert_false(policy_allows_version(VERSION(1, 55), 1, 54));
    assert_false(policy_allows_version(VERSION(1, 0), 0, 255));
    assert_false(policy_allows_version(VERSION(255, 255), 255, 254));
    assert_int_equal(policy_check_start(VERSION(SNP_API_MAJOR, SNP_API_MINOR), 0),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(policy_check_start(VERSION(SNP_API_MAJOR, SNP_API_MINOR + 1), 0),
                     SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(policy_check_start(VERSION(SNP_API_MAJOR + 1, 0), 0),
                     SEV_STATUS_POLICY_FAILURE);
}

static void sev_es_guests_need_a_platform_with_sev_es(void **state)
{
    (void)state;
    assert_int_equal(policy_check_start(SEV_POLICY_ES, 0), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    assert_int_equal(policy_check_start(SEV_POLICY_ES, 0), SEV_STATUS_SUCCESS);
}

static void neither_guest_of_a_pair_may_forbid_key_sharing(void **state)
{
    const uint32_t open = flow_start(NULL, 0);
    const uint32_t closed = flow_start(NULL, SEV_POLICY_NOKS);

    (void)state;
    assert_int_equal(policy_check_start(0, open), SEV_STATUS_SUCCESS);
    assert_int_equal(policy_check_start(SEV_POLICY_NOKS, open), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(policy_check_start(0, closed), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(policy_check_start(SEV_POLICY_NOKS, closed), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(policy_check_start(SEV_POLICY_NOKS, 0), SEV_STATUS_SUCCESS);
}

static void keys_are_shared_with_a_guest_that_is_here(void **state)
{
    const uint32_t handle = flow_start(NULL, 0);

    (void)state;
    assert_int_equal(policy_check_start(0, handle + 1), SEV_STATUS_INVALID_GUEST);
    for (uint32_t one = SEV_GUEST_LUPDATE; one <= SEV_GUEST_SENT; one++) {
        guest_find(handle)->state = (enum sev_guest_state)one;
        assert_int_equal(policy_check_start(0, handle), one == SEV_GUEST_SENT
                                                            ? SEV_STATUS_INVALID_GUEST_STATE
                                                            : SEV_STATUS_SUCCESS);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, board_boot_init)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_version_of_the_policy_is_a_minimum),
        TEST(sev_es_guests_need_a_platform_with_sev_es),
        TEST(neither_guest_of_a_pair_may_forbid_key_sharing),
        TEST(keys_are_shared_with_a_guest_that_is_here),
    };

    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
