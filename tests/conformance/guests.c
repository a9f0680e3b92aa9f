/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Known states (states.h): guests.
 */
#include <openssl/sha.h>
#include <string.h>

#include "tests/conformance/migration.h"
#include "tests/conformance/states.h"

uint32_t launch(uint32_t policy)
{
    struct sev_launch_start parameters = {.policy = policy};

    assert_status(RUN(LAUNCH_START, &parameters), SUCCESS);
    assert_int_not_equal(parameters.handle, 0);
    snapshot_track_guest(parameters.handle);
    return parameters.handle;
}

uint32_t launch_active(uint32_t policy)
{
    const uint32_t handle = launch(policy);

    (void)activate(handle);
    return handle;
}

uint32_t activate(uint32_t handle)
{
    const bool es = (guest_status(handle).policy & SEV_POLICY_ES) != 0;
    struct sev_activate parameters = {
        .handle = handle,
        .asid = es ? new_es_asid() : new_asid(),
    };

    assert_status(RUN(ACTIVATE, &parameters), SUCCESS);
    return parameters.asid;
}

void deactivate(uint32_t handle)
{
    struct sev_handle parameters = {.handle = handle};

    assert_status(RUN(DEACTIVATE, &parameters), SUCCESS);
}

void decommission(uint32_t handle)
{
    struct sev_handle parameters = {.handle = handle};

    assert_status(RUN(DECOMMISSION, &parameters), SUCCESS);
}

void tear_down(uint32_t handle)
{
    deactivate(handle);
    decommission(handle);
}

void measure(uint32_t handle, struct sev_measurement *measurement)
{
    struct sev_launch_measure parameters = {
        .handle = handle,
        .measure_paddr = suite_slot(9),
        .measure_length = sizeof *measurement,
    };

    assert_status(RUN(LAUNCH_MEASURE, &parameters), SUCCESS);
    assert_int_equal(parameters.measure_length, sizeof *measurement);
    memcpy(measurement, suite_at(suite_slot(9), sizeof *measurement), sizeof *measurement);
}

void finish(uint32_t handle)
{
    struct sev_handle parameters = {.handle = handle};

    assert_status(RUN(LAUNCH_FINISH, &parameters), SUCCESS);
}

void owner_prepare(const struct owner *owner, struct sev_launch_start *parameters)
{
    struct sev_certificate_chain chain;
    struct sev_certificate pdh;

    export_certificates(&pdh, &chain);
    *parameters = (struct sev_launch_start){
        .policy = owner->policy,
        .dh_cert_paddr = suite_slot(0),
        .dh_cert_length = sizeof(struct sev_certificate),
        .session_paddr = suite_slot(1),
        .session_length = sizeof(struct sev_session),
    };
    assert_true(
        owner_certificate(owner, suite_at(parameters->dh_cert_paddr, parameters->dh_cert_length)));
    assert_true(owner_make_session(
        owner, &pdh, suite_at(parameters->session_paddr, parameters->session_length)));
}

void owned_launch(struct owned_guest *guest, uint32_t policy)
{
    struct sev_launch_start parameters;

    assert_true(owner_open(&guest->owner, policy));
    owner_prepare(&guest->owner, &parameters);
    assert_status(RUN(LAUNCH_START, &parameters), SUCCESS);
    guest->handle = parameters.handle;
    snapshot_track_guest(parameters.handle);
}

void owned_measure(struct owned_guest *guest, const void *data, size_t length)
{
    struct owner_expectation expectation = {
        .api_major = suite.api_major,
        .api_minor = suite.api_minor,
        .build = SEV_BUILD,
    };

    (void)SHA256(data, length, expectation.launch_digest);
    measure(guest->handle, &guest->measurement);
    assert_true(owner_accepts(&guest->owner, &expectation, &guest->measurement));
}

/** A guest that has been launched, and may have been sent. */
static uint32_t launched_guest(enum sev_guest_state state)
{
    const uint32_t handle = launch(0);
    struct sev_measurement measurement;
    struct sev_send_start send;
    struct sev_handle sent = {.handle = handle};

    if (state != SEV_GUEST_LUPDATE) {
        measure(handle, &measurement);
    }
    if (state != SEV_GUEST_LUPDATE && state != SEV_GUEST_LSECRET) {
        finish(handle);
    }
    if (state == SEV_GUEST_SUPDATE || state == SEV_GUEST_SENT) {
        prepare_send(handle, &send);
        assert_status(suite_ask(SEV_COMMAND_SEND_START, &send, sizeof send), SUCCESS);
    }
    if (state == SEV_GUEST_SENT) {
        assert_status(suite_ask(SEV_COMMAND_SEND_FINISH, &sent, sizeof sent), SUCCESS);
    }
    return handle;
}

uint32_t guest_in_state(enum sev_guest_state state, bool active)
{
    uint32_t handle;

    if (state == SEV_GUEST_RUPDATE) {
        struct sev_receive_start receive;
        struct owner origin;

        assert_true(owner_open(&origin, 0));
        prepare_receive(&origin, &receive);
        owner_close(&origin);
        assert_status(suite_ask(SEV_COMMAND_RECEIVE_START, &receive, sizeof receive), SUCCESS);
        handle = receive.handle;
        snapshot_track_guest(handle);
    } else {
        handle = launched_guest(state);
    }
    if (active && state != SEV_GUEST_SENT) {
        (void)activate(handle);
    }
    assert_int_equal(guest_status(handle).state, state);
    return handle;
}
