/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest contexts: handles, their exhaustion, states and key sharing (sections 3.2, 3.5, 8).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/guest/guest.h"

#include "tests/unit/firmware_flow.h"

static void handles_are_unique_and_never_zero(void **state)
{
    static uint32_t handles[GUEST_MAX];

    (void)state;
    for (uint32_t i = 0; i < GUEST_MAX; i++) {
        handles[i] = flow_start(NULL, 0);
        for (uint32_t j = 0; j < i; j++) {
            assert_int_not_equal(handles[i], handles[j]);
        }
    }
    assert_int_equal(board_status().guest_count, GUEST_MAX);
}

static void one_guest_too_many_is_refused_and_changes_nothing(void **state)
{
    struct sev_launch_start parameters = {.handle = 0};
    uint32_t first = 0;

    (void)state;
    for (uint32_t i = 0; i < GUEST_MAX; i++) {
        const uint32_t handle = flow_start(NULL, 0);
        first = i == 0 ? handle : first;
    }
    assert_int_equal(board_command(SEV_COMMAND_LAUNCH_START, &parameters, sizeof(parameters)),
                     SEV_STATUS_RESOURCE_LIMIT);
    assert_int_equal(parameters.handle, 0);
    assert_int_equal(board_status().guest_count, GUEST_MAX);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, first), SEV_STATUS_SUCCESS);
    assert_int_not_equal(flow_start(NULL, 0), first);
}

static void stale_handle_names_nobody(void **state)
{
    const uint32_t old = flow_start(NULL, 0);
    uint32_t new;

    (void)state;
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, old), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, old), SEV_STATUS_INVALID_GUEST);
    new = flow_start(NULL, 0);
    assert_int_not_equal(new, old);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, old), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, new), SEV_STATUS_SUCCESS);
}

static void handles_nobody_has_are_refused(void **state)
{
    static const uint32_t offsets[] = {1, 2, 0x3FF, 0x400, 0x800, 0x80000000u};
    const uint32_t handle = flow_start(NULL, 0);
    struct sev_guest_status status;

    (void)state;
    assert_int_equal(flow_guest_status(0, &status), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(flow_guest_status(UINT32_MAX, &status), SEV_STATUS_INVALID_GUEST);
    for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        assert_int_equal(flow_guest_status(handle + offsets[i], &status), SEV_STATUS_INVALID_GUEST);
        assert_int_equal(flow_guest_status(handle ^ offsets[i], &status), SEV_STATUS_INVALID_GUEST);
    }
    assert_int_equal(flow_guest_status(handle, &status), SEV_STATUS_SUCCESS);
}

static void platform_works_while_there_are_guests(void **state)
{
    uint32_t first;
    uint32_t second;

    (void)state;
    assert_int_equal(board_status().state, SEV_PLATFORM_INIT);
    first = flow_start(NULL, 0);
    second = flow_start(NULL, 0);
    assert_int_equal(board_status().state, SEV_PLATFORM_WORKING);
    assert_int_equal(board_order(SEV_COMMAND_PEK_GEN), SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, first), SEV_STATUS_SUCCESS);
    assert_int_equal(board_status().state, SEV_PLATFORM_WORKING);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, second), SEV_STATUS_SUCCESS);
    assert_int_equal(board_status().state, SEV_PLATFORM_INIT);
    assert_int_equal(board_status().guest_count, 0);
}

static void shutdown_destroys_all_guests(void **state)
{
    const uint32_t handle = flow_guest(SEV_GUEST_RUNNING);
    struct sev_guest_status status;

    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_status().guest_count, 0);
    assert_int_equal(flow_guest_status(handle, &status), SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_guest_status(handle, &status), SEV_STATUS_INVALID_GUEST);
}

static void status_tells_policy_asid_and_state(void **state)
{
    const uint32_t policy = SEV_POLICY_NODBG | SEV_POLICY_NOSEND | 0x18000000u;
    const uint32_t handle = flow_start(NULL, policy);
    struct sev_guest_status status;

    (void)state;
    flow_flush();
    assert_int_equal(flow_guest_status(handle, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.handle, handle);
    assert_int_equal(status.policy, policy);
    assert_int_equal(status.asid, 0);
    assert_int_equal(status.state, SEV_GUEST_LUPDATE);
    assert_int_equal(flow_activate(handle, 321), SEV_STATUS_SUCCESS);
    board_dram(BOARD_PARAMETERS)[sizeof(status)] = 0xA5;
    assert_int_equal(flow_guest_status(handle, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.asid, 321);
    assert_int_equal(board_dram(BOARD_PARAMETERS)[sizeof(status)], 0xA5); /* No fourteenth byte. */
}

static void shared_key_is_copied_unless_a_policy_forbids(void **state)
{
    const uint32_t open = flow_start(NULL, 0);
    const uint32_t closed = flow_start(NULL, SEV_POLICY_NOKS);
    uint32_t made = 0;

    (void)state;
    assert_int_equal(flow_share(closed, 0, &made), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(made, closed);
    assert_int_equal(flow_share(open, SEV_POLICY_NOKS, &made), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(flow_share(open + 1000, 0, &made), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(board_status().guest_count, 2);
    assert_int_equal(flow_share(open, 0, &made), SEV_STATUS_SUCCESS);
    assert_int_not_equal(made, open);

    flow_flush();
    assert_int_equal(flow_activate(open, 200), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_activate(made, 201), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_activate(closed, 202), SEV_STATUS_SUCCESS);
    assert_memory_equal(board_memctl()->slots[200].key, board_memctl()->slots[201].key, 16);
    assert_memory_not_equal(board_memctl()->slots[200].key, board_memctl()->slots[202].key, 16);

    /* The copy outlives its source. */
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, open), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, open), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_update(made, BOARD_BUFFER(8), 16), SEV_STATUS_SUCCESS);
}

static void policy_may_ask_for_no_newer_api_and_keeps_reserved_bits(void **state)
{
    static const struct {
        uint32_t policy;
        enum sev_status status;
    } cases[] = {
        {0x3A010000u, SEV_STATUS_SUCCESS}, /* 1.58 */
        {0xFF000000u, SEV_STATUS_SUCCESS}, /* 0.255 */
        {0x3B010000u, SEV_STATUS_POLICY_FAILURE},
        {0x00020000u, SEV_STATUS_POLICY_FAILURE}, /* 2.0 */
        {0xFFFF0000u, SEV_STATUS_POLICY_FAILURE},
        {SEV_POLICY_ES, SEV_STATUS_POLICY_FAILURE}, /* ES is off. */
        {0x40u, SEV_STATUS_SUCCESS},                /* Reserved. */
        {0x7Bu, SEV_STATUS_SUCCESS}, /* 7Fh is what stock libvirt asks for, with ES. */
        {0xFFC0u, SEV_STATUS_SUCCESS},
        {0x3Bu, SEV_STATUS_SUCCESS},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sev_launch_start parameters = {.policy = cases[i].policy};
        assert_int_equal(board_command(SEV_COMMAND_LAUNCH_START, &parameters, sizeof(parameters)),
                         cases[i].status);
        assert_int_equal(parameters.handle != 0, cases[i].status == SEV_STATUS_SUCCESS);
        if (parameters.handle != 0) {
            struct sev_guest_status status = {.handle = parameters.handle};
            assert_int_equal(board_command(SEV_COMMAND_GUEST_STATUS, &status, sizeof(status)),
                             SEV_STATUS_SUCCESS);
            assert_int_equal(status.policy, cases[i].policy);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup(name, board_boot_init)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(handles_are_unique_and_never_zero),
        TEST(one_guest_too_many_is_refused_and_changes_nothing),
        TEST(stale_handle_names_nobody),
        TEST(handles_nobody_has_are_refused),
        TEST(platform_works_while_there_are_guests),
        TEST(shutdown_destroys_all_guests),
        TEST(status_tells_policy_asid_and_state),
        TEST(shared_key_is_copied_unless_a_policy_forbids),
        TEST(policy_may_ask_for_no_newer_api_and_keeps_reserved_bits),
    };

    return cmocka_run_group_tests_name("guests", tests, NULL, NULL);
}
