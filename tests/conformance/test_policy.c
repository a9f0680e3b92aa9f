/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest policy and key sharing (section 8), at LAUNCH_START.
 */
#include <string.h>

#include "tests/conformance/groups.h"
#include "tests/conformance/states.h"

/** Bits 15:6 mean nothing, and travel with the guest: 7Fh is what a stock libvirt asks for. */
static void reserved_bits_are_kept(void **state)
{
    static const uint32_t policies[] = {0x7Fu, 0xFFC0u, 0x8000u};

    (void)state;
    to_init_es();
    for (unsigned bit = 6; bit < 16; bit++) {
        const uint32_t handle = launch(1u << bit);

        assert_int_equal(guest_status(handle).policy, 1u << bit);
        decommission(handle);
    }
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        const uint32_t handle = launch(policies[i]);

        assert_int_equal(guest_status(handle).policy, policies[i]);
        decommission(handle);
    }
}

/** Every combination of the defined bits. */
static void defined_bits_are_accepted(void **state)
{
    (void)state;
    to_init_es();
    for (uint32_t policy = 0; policy < 0x40; policy++) {
        const uint32_t handle = launch(policy);

        assert_int_equal(guest_status(handle).policy, policy);
        decommission(handle);
    }
}

static void es_without_es_platform_is_policy_failure(void **state)
{
    (void)state;
    to_init();
    for (uint32_t policy = 0; policy < 0x40; policy++) {
        struct sev_launch_start parameters = {.policy = policy};

        if ((policy & SEV_POLICY_ES) != 0) {
            assert_refused(LAUNCH_START, &parameters, POLICY_FAILURE);
        }
    }
}

/** (fw.major, fw.minor) >= (policy.major, policy.minor), lexicographically (8.2). */
static void api_version_is_a_minimum(void **state)
{
    const uint8_t versions[][2] = {
        {0, 0},
        {0, 1},
        {suite.api_major, (uint8_t)(suite.api_minor - 1u)},
        {suite.api_major, suite.api_minor},
        {suite.api_major, (uint8_t)(suite.api_minor + 1u)},
        {suite.api_major, 0xFF},
        {(uint8_t)(suite.api_major + 1u), 0},
        {(uint8_t)(suite.api_major + 1u), suite.api_minor},
        {0xFF, 0},
        {0xFF, 0xFF},
    };

    (void)state;
    to_init();
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        struct sev_launch_start parameters = {
            .policy = (uint32_t)versions[i][0] << 16 | (uint32_t)versions[i][1] << 24,
        };
        const bool fits =
            versions[i][0] * 256u + versions[i][1] <= suite.api_major * 256u + suite.api_minor;

        if (fits) {
            assert_status(RUN(LAUNCH_START, &parameters), SUCCESS);
            decommission(parameters.handle);
        } else {
            assert_refused(LAUNCH_START, &parameters, POLICY_FAILURE);
        }
    }
}

/** Both guests must allow it (8.3). */
static void noks_forbids_key_sharing(void **state)
{
    (void)state;
    to_init();
    const uint32_t open = launch(0);
    const uint32_t closed = launch(SEV_POLICY_NOKS);
    struct sev_launch_start parameters = {.handle = closed};

    assert_refused(LAUNCH_START, &parameters, POLICY_FAILURE);
    parameters.policy = SEV_POLICY_NOKS;
    assert_refused(LAUNCH_START, &parameters, POLICY_FAILURE);
    parameters.handle = open;
    assert_refused(LAUNCH_START, &parameters, POLICY_FAILURE);
    parameters.policy = 0;
    assert_status(RUN(LAUNCH_START, &parameters), SUCCESS);
    assert_int_not_equal(parameters.handle, open);
}

static void sharing_with_no_guest_is_invalid_guest(void **state)
{
    (void)state;
    to_init();
    const uint32_t living = launch(0);
    const uint32_t gone = launch(0);

    decommission(gone);
    const uint32_t handles[] = {gone, living + 1, living + 0x400, 0xFFFFFFFFu};

    for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++) {
        struct sev_launch_start parameters = {.handle = handles[i]};

        assert_refused(LAUNCH_START, &parameters, INVALID_GUEST);
    }
}

/** @return a guest that shares the key of another */
static uint32_t share(uint32_t handle)
{
    struct sev_launch_start parameters = {.handle = handle};

    assert_status(RUN(LAUNCH_START, &parameters), SUCCESS);
    snapshot_track_guest(parameters.handle);
    return parameters.handle;
}

static void sharing_guests_have_one_key_and_two_contexts(void **state)
{
    static const uint8_t text[64] = "what both may read";
    uint8_t data[64];

    (void)state;
    to_init();
    const uint32_t first = launch(0);
    const uint32_t second = share(first);
    const uint32_t asids[] = {activate(first), activate(second)};
    struct sev_measurement measurement;

    assert_int_equal(
        memory_controller_write(suite_memory(), asids[0], suite_slot(0), text, sizeof text),
        MEMORY_CONTROLLER_OK);
    assert_int_equal(
        memory_controller_read(suite_memory(), asids[1], suite_slot(0), data, sizeof data),
        MEMORY_CONTROLLER_OK);
    assert_memory_equal(data, text, sizeof data);
    measure(first, &measurement);
    assert_int_equal(guest_status(first).state, SEV_GUEST_LSECRET);
    assert_int_equal(guest_status(second).state, SEV_GUEST_LUPDATE);
    tear_down(first);
    assert_int_equal(guest_status(second).asid, asids[1]);
    assert_int_equal(
        memory_controller_read(suite_memory(), asids[1], suite_slot(0), data, sizeof data),
        MEMORY_CONTROLLER_OK);
    assert_memory_equal(data, text, sizeof data);
}

/** One ASID for guests with one key; the key goes with the last of them (8.3). */
static void sharing_guests_may_share_an_asid(void **state)
{
    (void)state;
    to_init();
    const uint32_t first = launch(0);
    const uint32_t second = share(first);
    struct sev_activate parameters = {.handle = first, .asid = new_asid()};
    struct sev_activate stranger = {.handle = launch(0), .asid = parameters.asid};

    assert_status(RUN(ACTIVATE, &parameters), SUCCESS);
    parameters.handle = second;
    assert_status(RUN(ACTIVATE, &parameters), SUCCESS);
    assert_refused(ACTIVATE, &stranger, ASID_OWNED);
    deactivate(first);
    assert_true(memory_controller_has_key(suite_memory(), parameters.asid));
    assert_refused(ACTIVATE, &stranger, ASID_OWNED);
    deactivate(second);
    assert_false(memory_controller_has_key(suite_memory(), parameters.asid));
    assert_refused(ACTIVATE, &stranger, DFFLUSH_REQUIRED);
}

/** The key lives on in the guests that share it. */
static void sharing_goes_on_after_the_first_guest_is_gone(void **state)
{
    static const uint8_t text[64] = "inherited";
    uint8_t data[64];

    (void)state;
    to_init();
    const uint32_t first = launch(0);
    const uint32_t asid = activate(first);

    assert_int_equal(
        memory_controller_write(suite_memory(), asid, suite_slot(0), text, sizeof text),
        MEMORY_CONTROLLER_OK);
    const uint32_t second = share(first);

    tear_down(first);
    const uint32_t third = share(second);

    decommission(second);
    assert_int_equal(
        memory_controller_read(suite_memory(), activate(third), suite_slot(0), data, sizeof data),
        MEMORY_CONTROLLER_OK);
    assert_memory_equal(data, text, sizeof data);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(reserved_bits_are_kept),
    cmocka_unit_test(defined_bits_are_accepted),
    cmocka_unit_test(es_without_es_platform_is_policy_failure),
    cmocka_unit_test(api_version_is_a_minimum),
    cmocka_unit_test(noks_forbids_key_sharing),
    cmocka_unit_test(sharing_with_no_guest_is_invalid_guest),
    cmocka_unit_test(sharing_guests_have_one_key_and_two_contexts),
    cmocka_unit_test(sharing_guests_may_share_an_asid),
    cmocka_unit_test(sharing_goes_on_after_the_first_guest_is_gone),
};
TEST_GROUP(policy, tests);
