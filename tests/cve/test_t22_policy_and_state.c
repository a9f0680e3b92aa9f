/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T22: the policy holds whatever the guest has been through, each command runs in its states only,
 * and a host that never cleans up locks out nobody but itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/guest/guest.h"

#include "tests/unit/firmware_sample.h"

static void check_states(struct sample *sample)
{
    if (sample->row->guest_states == 0) {
        return;
    }
    for (int state = SEV_GUEST_LUPDATE; state <= SEV_GUEST_SENT; state++) {
        const enum sev_guest_state real = guest_find(sample->handle)->state;
        struct sample changed = *sample;
        if ((sample->row->guest_states & COMMAND_STATE(state)) != 0) {
            continue;
        }
        guest_find(sample->handle)->state = (enum sev_guest_state)state;
        assert_int_equal(sample_run(&changed), SEV_STATUS_INVALID_GUEST_STATE);
        assert_int_equal(guest_find(sample->handle)->state, state);
        guest_find(sample->handle)->state = real;
    }
    assert_int_equal(sample_run(sample), sample->expected);
}

static void commands_run_in_their_guest_states_only(void **state)
{
    (void)state;
    sample_for_each(check_states);
}

/** Where a command leads: the diagram of section 3.2. */
static void check_transition(struct sample *sample)
{
    static const struct {
        uint32_t id;
        enum sev_guest_state to;
    } transitions[] = {
        {SEV_COMMAND_LAUNCH_MEASURE, SEV_GUEST_LSECRET},
        {SEV_COMMAND_LAUNCH_FINISH, SEV_GUEST_RUNNING},
        {SEV_COMMAND_SEND_START, SEV_GUEST_SUPDATE},
        {SEV_COMMAND_SEND_FINISH, SEV_GUEST_SENT},
        {SEV_COMMAND_SEND_CANCEL, SEV_GUEST_RUNNING},
        {SEV_COMMAND_RECEIVE_FINISH, SEV_GUEST_RUNNING},
    };
    enum sev_guest_state expected;

    if (sample->row->guest_states == 0 || sample->row->id == SEV_COMMAND_DECOMMISSION) {
        return;
    }
    expected = guest_find(sample->handle)->state;
    for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]); i++) {
        expected = transitions[i].id == sample->row->id ? transitions[i].to : expected;
    }
    const uint32_t policy = guest_find(sample->handle)->policy;
    assert_int_equal(sample_run(sample), sample->expected);
    assert_int_equal(guest_find(sample->handle)->state, expected);
    assert_int_equal(guest_find(sample->handle)->policy, policy);
}

static void states_change_as_specified_and_the_policy_never(void **state)
{
    (void)state;
    sample_for_each(check_transition);
}

/** Gives the guest of an example another policy, as if it had been launched with it. */
static enum sev_status run_with_policy(uint32_t id, uint32_t set, uint32_t clear)
{
    static struct sample sample;

    sample_prepare(&sample, command_table_find(id));
    guest_find(sample.handle)->policy |= set;
    guest_find(sample.handle)->policy &= ~clear;
    return sample_run(&sample);
}

static void policy_bits_are_enforced(void **state)
{
    (void)state;
    assert_int_equal(run_with_policy(SEV_COMMAND_DBG_DECRYPT, SEV_POLICY_NODBG, 0),
                     SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(run_with_policy(SEV_COMMAND_DBG_ENCRYPT, SEV_POLICY_NODBG, 0),
                     SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(run_with_policy(SEV_COMMAND_SEND_START, SEV_POLICY_NOSEND, 0),
                     SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(run_with_policy(SEV_COMMAND_LAUNCH_UPDATE_VMSA, 0, SEV_POLICY_ES),
                     SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(run_with_policy(SEV_COMMAND_SEND_UPDATE_VMSA, 0, SEV_POLICY_ES),
                     SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(run_with_policy(SEV_COMMAND_RECEIVE_UPDATE_VMSA, 0, SEV_POLICY_ES),
                     SEV_STATUS_POLICY_FAILURE);
    /* The chain to the AMD root does not verify here: it is zeros. */
    assert_int_equal(run_with_policy(SEV_COMMAND_SEND_START, SEV_POLICY_SEV, 0),
                     SEV_STATUS_INVALID_CERTIFICATE);
    assert_int_equal(run_with_policy(SEV_COMMAND_SEND_START, SEV_POLICY_DOMAIN, 0),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(run_with_policy(SEV_COMMAND_SEND_START, 0x3B010000u, 0),
                     SEV_STATUS_POLICY_FAILURE); /* Target has 1.58, the guest wants 1.59. */
}

/** A migrated guest cannot lose a restriction: the policy is authenticated with the session. */
static void received_guest_keeps_its_policy(void **state)
{
    static struct sample sample;
    struct sev_receive_start *parameters = (struct sev_receive_start *)(void *)sample.parameters;

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_RECEIVE_START));
    for (uint32_t bit = 0; bit < 6; bit++) {
        parameters->policy = SEV_POLICY_ES ^ (1u << bit);
        assert_int_equal(sample_run(&sample), SEV_STATUS_BAD_MEASUREMENT);
    }
    parameters->policy = SEV_POLICY_ES;
    assert_int_equal(sample_run(&sample), SEV_STATUS_SUCCESS);
}

/** Nothing of a guest that was received can be attested as launched here. */
static void received_guest_has_no_launch_digest(void **state)
{
    static struct sample sample;
    struct sev_attestation parameters = {.report_paddr = BOARD_BUFFER(0), .length = 0xD0};

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_RECEIVE_FINISH));
    assert_int_equal(sample_run(&sample), SEV_STATUS_SUCCESS);
    parameters.handle = sample.handle;
    assert_int_equal(board_command(SEV_COMMAND_ATTESTATION, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_GUEST_STATE);
}

static void missing_decommission_ends_in_resource_limit(void **state)
{
    struct sev_launch_start parameters = {.handle = 0};
    struct sev_guest_status status;
    uint32_t first = 0;

    (void)state;
    (void)board_boot_init(NULL);
    for (uint32_t i = 0; i < GUEST_MAX; i++) {
        const uint32_t handle = flow_start(NULL, 0);
        first = first == 0 ? handle : first;
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(board_command(SEV_COMMAND_LAUNCH_START, &parameters, sizeof(parameters)),
                         SEV_STATUS_RESOURCE_LIMIT);
    }
    assert_int_equal(flow_guest_status(first, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    (void)flow_start(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_run_in_their_guest_states_only),
        cmocka_unit_test(states_change_as_specified_and_the_policy_never),
        cmocka_unit_test(policy_bits_are_enforced),
        cmocka_unit_test(received_guest_keeps_its_policy),
        cmocka_unit_test(received_guest_has_no_launch_digest),
        cmocka_unit_test(missing_decommission_ends_in_resource_limit),
    };

    return cmocka_run_group_tests_name("T22 policy and state", tests, NULL, NULL);
}
