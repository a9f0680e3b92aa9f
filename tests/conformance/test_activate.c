/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ACTIVATE, DEACTIVATE, DECOMMISSION, GUEST_STATUS (sections 4.14, 4.16, 9).
 */
#include <string.h>

#include "tests/conformance/groups.h"
#include "tests/conformance/states.h"

static bool has_key(uint32_t asid)
{
    return memory_controller_has_key(suite_memory(), asid);
}

static void asid_out_of_range_is_invalid_asid(void **state)
{
    const uint32_t asids[] = {0, suite.machine.max_asid + 1, 1023, 1024, 0x10064, 0xFFFFFFFFu};

    (void)state;
    to_init();
    struct sev_activate parameters = {.handle = launch(0)};

    for (size_t i = 0; i < sizeof asids / sizeof asids[0]; i++) {
        parameters.asid = asids[i];
        assert_refused(ACTIVATE, &parameters, INVALID_ASID);
    }
    parameters.asid = suite.machine.max_asid;
    assert_status(RUN(ACTIVATE, &parameters), SUCCESS);
    assert_true(has_key(suite.machine.max_asid));
}

/** Guests with SEV-ES use 1..MIN_SEV_ASID - 1, the others the rest (section 9.1). */
static void partition_follows_the_policy(void **state)
{
    const uint32_t border = suite.machine.min_sev_asid;

    (void)state;
    to_init_es();
    struct sev_activate without = {.handle = launch(0), .asid = border - 1};
    struct sev_activate with = {.handle = launch(SEV_POLICY_ES), .asid = border};

    assert_refused(ACTIVATE, &without, INVALID_ASID);
    assert_refused(ACTIVATE, &with, INVALID_ASID);
    without.asid = 1;
    assert_refused(ACTIVATE, &without, INVALID_ASID);
    with.asid = suite.machine.max_asid;
    assert_refused(ACTIVATE, &with, INVALID_ASID);
    without.asid = border;
    assert_status(RUN(ACTIVATE, &without), SUCCESS);
    with.asid = border - 1;
    assert_status(RUN(ACTIVATE, &with), SUCCESS);
    deactivate(with.handle);
    with.asid = 1;
    flush();
    assert_status(RUN(ACTIVATE, &with), SUCCESS);
}

static void machine_without_es_asids(void **state)
{
    struct sev_init init = {.options = 0};

    (void)state;
    to_uninit();
    machine()->min_sev_asid = 1;
    assert_status(RUN(INIT, &init), SUCCESS);
    flush();
    struct sev_activate parameters = {.handle = launch(0), .asid = 1};

    assert_status(RUN(ACTIVATE, &parameters), SUCCESS);
}

static void second_activation_is_active(void **state)
{
    (void)state;
    to_init();
    struct sev_activate parameters = {.handle = launch(0), .asid = new_asid()};

    assert_status(RUN(ACTIVATE, &parameters), SUCCESS);
    assert_int_equal(guest_status(parameters.handle).asid, parameters.asid);
    assert_refused(ACTIVATE, &parameters, ACTIVE);
    parameters.asid = new_asid();
    assert_refused(ACTIVATE, &parameters, ACTIVE);
}

static void asid_of_another_guest_is_owned(void **state)
{
    (void)state;
    to_init();
    struct sev_activate first = {.handle = launch(0), .asid = new_asid()};
    struct sev_activate second = {.handle = launch(0), .asid = first.asid};

    assert_status(RUN(ACTIVATE, &first), SUCCESS);
    assert_refused(ACTIVATE, &second, ASID_OWNED);
    deactivate(first.handle);
    assert_refused(ACTIVATE, &second, DFFLUSH_REQUIRED);
    flush();
    assert_status(RUN(ACTIVATE, &second), SUCCESS);
}

/** The key appears with ACTIVATE and goes with DEACTIVATE, and nowhere else. */
static void key_slot_follows_activation(void **state)
{
    (void)state;
    to_init();
    const uint32_t handle = launch(0);
    const uint32_t asid = new_asid();
    struct sev_activate parameters = {.handle = handle, .asid = asid};

    for (uint32_t i = 1; i < FABRIC_SLOTS_MAX; i++) {
        assert_false(has_key(i));
    }
    assert_true(has_key(0));
    assert_status(RUN(ACTIVATE, &parameters), SUCCESS);
    for (uint32_t i = 1; i < FABRIC_SLOTS_MAX; i++) {
        assert_int_equal(has_key(i), i == asid);
    }
    deactivate(handle);
    assert_false(has_key(asid));
    assert_int_equal(guest_status(handle).asid, 0);
}

/** A guest that is moved to another ASID keeps its key. */
static void key_stays_the_guests(void **state)
{
    uint8_t data[64];

    (void)state;
    to_init();
    const uint32_t handle = launch(0);
    const uint32_t first = activate(handle);
    const uint64_t paddr = suite_slot(0);
    static const uint8_t text[64] = "what only the guest reads";

    assert_int_equal(memory_controller_write(suite_memory(), first, paddr, text, sizeof text),
                     MEMORY_CONTROLLER_OK);
    deactivate(handle);
    const uint32_t second = activate(handle);

    assert_int_not_equal(first, second);
    assert_int_equal(memory_controller_read(suite_memory(), second, paddr, data, sizeof data),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(data, text, sizeof data);
    assert_int_equal(memory_controller_read(suite_memory(), first, paddr, data, sizeof data),
                     MEMORY_CONTROLLER_OK);
    assert_memory_not_equal(data, text, sizeof data);
}

static void guests_have_different_keys(void **state)
{
    static const uint8_t text[64] = "plaintext";
    uint8_t data[64];

    (void)state;
    to_init();
    const uint32_t first = activate(launch(0));
    const uint32_t second = activate(launch(0));

    assert_int_equal(
        memory_controller_write(suite_memory(), first, suite_slot(0), text, sizeof text),
        MEMORY_CONTROLLER_OK);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(memory_controller_read(suite_memory(), i == 0 ? second : 0, suite_slot(0),
                                                data, sizeof data),
                         MEMORY_CONTROLLER_OK);
        assert_memory_not_equal(data, text, sizeof data);
    }
}

static void deactivation_of_an_inactive_guest_does_nothing(void **state)
{
    (void)state;
    to_init();
    struct sev_handle parameters = {.handle = launch(0)};

    assert_refused(DEACTIVATE, &parameters, SUCCESS);
    assert_status(RUN_PLAIN(DF_FLUSH), SUCCESS); /* No WBINVD is owed. */
}

static void active_guest_is_not_decommissioned(void **state)
{
    (void)state;
    to_init();
    struct sev_handle parameters = {.handle = launch_active(0)};

    assert_refused(DECOMMISSION, &parameters, ACTIVE);
    deactivate(parameters.handle);
    assert_status(RUN(DECOMMISSION, &parameters), SUCCESS);
    assert_int_equal(platform_status().state, SEV_PLATFORM_INIT);
    assert_refused(DECOMMISSION, &parameters, INVALID_GUEST);
}

/** 13 bytes; POLICY is exactly the launch policy (section 4.16). */
static void guest_status_has_13_bytes(void **state)
{
    const uint32_t policy = SEV_POLICY_NODBG | SEV_POLICY_NOKS | SEV_POLICY_NOSEND |
                            SEV_POLICY_DOMAIN | SEV_POLICY_SEV | suite_api_policy();

    (void)state;
    to_init();
    const uint32_t handle = launch(policy);
    const uint32_t asid = activate(handle);
    struct sev_guest_status parameters;

    memset(&parameters, 0xFF, sizeof parameters);
    parameters.handle = handle;
    assert_status(RUN(GUEST_STATUS, &parameters), SUCCESS);
    assert_int_equal(parameters.handle, handle);
    assert_int_equal(parameters.policy, policy);
    assert_int_equal(parameters.asid, asid);
    assert_int_equal(parameters.state, SEV_GUEST_LUPDATE);
    for (unsigned guest = SEV_GUEST_LUPDATE; guest <= SEV_GUEST_RUNNING; guest++) {
        assert_int_equal(guest_status(guest_in_state((enum sev_guest_state)guest, false)).state,
                         guest);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(asid_out_of_range_is_invalid_asid),
    cmocka_unit_test(partition_follows_the_policy),
    cmocka_unit_test(machine_without_es_asids),
    cmocka_unit_test(second_activation_is_active),
    cmocka_unit_test(asid_of_another_guest_is_owned),
    cmocka_unit_test(key_slot_follows_activation),
    cmocka_unit_test(key_stays_the_guests),
    cmocka_unit_test(guests_have_different_keys),
    cmocka_unit_test(deactivation_of_an_inactive_guest_does_nothing),
    cmocka_unit_test(active_guest_is_not_decommissioned),
    cmocka_unit_test(guest_status_has_13_bytes),
};
TEST_GROUP(activate, tests);
