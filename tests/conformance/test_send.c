/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEND_START, SEND_UPDATE_DATA, SEND_FINISH, SEND_CANCEL (sections 4.25 to 4.27, 6.6, 7.8).
 */
#include <string.h>

#include "host/lib/sev_key.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/guest_memory.h"
#include "tests/conformance/migration.h"
#include "tests/conformance/platform_owner.h"

static struct sev_certificate *target_pdh(void)
{
    return suite_at(suite_slot(4), sizeof(struct sev_certificate));
}

static struct sev_certificate_chain *target_chain(void)
{
    return suite_at(suite_slot(5), sizeof(struct sev_certificate_chain));
}

static uint8_t *amd_certificates(void)
{
    return suite_at(suite_slot(6), 2 * sizeof(struct amd_certificate_4096));
}

/** A guest in RUNNING, inactive. */
static uint32_t running(uint32_t policy)
{
    const uint32_t handle = launch(policy);
    struct sev_measurement measurement;

    measure(handle, &measurement);
    finish(handle);
    return handle;
}

static void session_opens_at_the_target(void **state)
{
    struct sev_send_start parameters;
    struct owner target;

    (void)state;
    to_init();
    assert_true(owner_open(&target, SEV_POLICY_NODBG));
    const uint32_t handle = running(SEV_POLICY_NODBG);

    prepare_send_to(handle, &target, &parameters);
    assert_status(RUN(SEND_START, &parameters), SUCCESS);
    assert_int_equal(parameters.policy, SEV_POLICY_NODBG);
    assert_int_equal(parameters.session_length, sizeof(struct sev_session));
    assert_int_equal(guest_status(handle).state, SEV_GUEST_SUPDATE);
    open_session(&target);
    owner_close(&target);
}

/** What has been sent is there, and not here any more: nobody shares its key. */
static void key_of_a_sent_guest_is_not_shared(void **state)
{
    struct sev_launch_start launch_parameters = {.policy = 0};
    struct sev_receive_start receive_parameters;
    struct sev_send_start parameters;
    struct owner target;

    (void)state;
    to_init();
    assert_true(owner_open(&target, 0));
    const uint32_t handle = running(0);
    struct sev_handle sent = {.handle = handle};

    prepare_send_to(handle, &target, &parameters);
    assert_status(RUN(SEND_START, &parameters), SUCCESS);
    assert_status(RUN(SEND_FINISH, &sent), SUCCESS);
    owner_close(&target);
    launch_parameters.handle = handle;
    assert_refused(LAUNCH_START, &launch_parameters, INVALID_GUEST_STATE);
    receive_parameters = (struct sev_receive_start){.handle = handle};
    assert_refused(RECEIVE_START, &receive_parameters, INVALID_GUEST_STATE);
}

static void data_reaches_the_target(void **state)
{
    static const uint32_t lengths[] = {16, 0x1000, SEV_PACKET_MAX};
    const struct sev_packet_header *header = suite_at(suite_slot(0), sizeof *header);
    static uint8_t plaintext[SEV_PACKET_MAX];
    static uint8_t received[SEV_PACKET_MAX];
    uint8_t last_iv[16] = {0};
    struct sev_send_start start;
    struct owner target;

    (void)state;
    to_init();
    assert_true(owner_open(&target, 0));
    const uint32_t handle = running(0);
    const uint32_t asid = activate(handle);

    prepare_send_to(handle, &target, &start);
    assert_status(RUN(SEND_START, &start), SUCCESS);
    open_session(&target);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct sev_packet packet = {
            .handle = handle,
            .hdr_paddr = suite_slot(0),
            .hdr_length = sizeof *header,
            .guest_paddr = suite_slot(1),
            .guest_length = lengths[i],
            .trans_paddr = suite_slot(2),
            .trans_length = lengths[i],
        };

        fill(plaintext, sizeof plaintext, (unsigned)i);
        guest_write(asid, suite_slot(1), plaintext, lengths[i]);
        packet.guest_paddr |= i % 2 == 0 ? 1ull << suite.machine.c_bit : 0;
        assert_status(RUN(SEND_UPDATE_DATA, &packet), SUCCESS);
        open_packet(&target, SEV_MAC_CONTEXT_SEND_DATA, header, suite_at(suite_slot(2), lengths[i]),
                    lengths[i], received);
        assert_memory_equal(received, plaintext, lengths[i]);
        assert_guest_memory(asid, 0, suite_slot(1), plaintext, lengths[i]);
        assert_memory_not_equal(header->iv, last_iv, sizeof last_iv); /* an IV per packet */
        memcpy(last_iv, header->iv, sizeof last_iv);
    }
    owner_close(&target);
}

/** SEND_CANCEL: the guest stays, and each new session has new keys. */
static void send_may_be_cancelled_and_begun_anew(void **state)
{
    struct sev_transport_keys first;
    struct sev_send_start parameters;
    struct owner target;

    (void)state;
    to_init();
    assert_true(owner_open(&target, 0));
    struct sev_handle handle = {.handle = running(0)};

    prepare_send_to(handle.handle, &target, &parameters);
    struct sev_send_start again = parameters;

    assert_status(RUN(SEND_START, &parameters), SUCCESS);
    open_session(&target);
    first = target.transport;
    assert_status(RUN(SEND_CANCEL, &handle), SUCCESS);
    assert_int_equal(guest_status(handle.handle).state, SEV_GUEST_RUNNING);
    assert_status(RUN(SEND_START, &again), SUCCESS);
    open_session(&target);
    assert_memory_not_equal(&first, &target.transport, sizeof first);
    owner_close(&target);
}

static void sent_guest_can_only_be_torn_down(void **state)
{
    (void)state;
    to_init();
    struct sev_handle parameters = {.handle = guest_in_state(SEV_GUEST_SUPDATE, true)};

    assert_status(RUN(SEND_FINISH, &parameters), SUCCESS);
    assert_int_equal(guest_status(parameters.handle).state, SEV_GUEST_SENT);
    tear_down(parameters.handle);
    assert_int_equal(platform_status().state, SEV_PLATFORM_INIT);
}

static void nosend_is_policy_failure(void **state)
{
    struct sev_send_start parameters;

    (void)state;
    to_init();
    prepare_send(running(SEV_POLICY_NOSEND), &parameters);
    assert_refused(SEND_START, &parameters, POLICY_FAILURE);
    struct sev_send_start query = {.handle = parameters.handle};

    assert_refused(SEND_START, &query, POLICY_FAILURE);
}

/** Every policy is satisfied by this platform itself. */
static void genuine_target_of_the_same_domain_is_accepted(void **state)
{
    const uint32_t policies[] = {0, SEV_POLICY_SEV, SEV_POLICY_DOMAIN,
                                 SEV_POLICY_SEV | SEV_POLICY_DOMAIN | suite_api_policy()};

    (void)state;
    to_init();
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        struct sev_send_start parameters;

        prepare_send(running(policies[i]), &parameters);
        assert_status(RUN(SEND_START, &parameters), SUCCESS);
        assert_int_equal(parameters.policy, policies[i]);
    }
}

/** A spoilt chain, and which policies notice it. */
struct spoilt {
    const char *what;
    void (*spoil)(void);
    enum sev_status sev;    /**< With POLICY.SEV. */
    enum sev_status domain; /**< With POLICY.DOMAIN. */
};

static void spoil_pdh_signature(void)
{
    target_pdh()->slots[0].signature.ecdsa.r[3] ^= 1;
}

static void spoil_pdh_slot(void)
{
    clear_slot(target_pdh(), 0);
}

static void spoil_pek_key(void)
{
    target_chain()->pek.public_key.ecc.qx[0] ^= 1;
}

static void spoil_pek_usage(void)
{
    target_chain()->pek.public_key_usage = SEV_USAGE_OCA;
}

static void spoil_pek_oca_signature(void)
{
    target_chain()->pek.slots[0].signature.ecdsa.s[7] ^= 4;
}

static void spoil_pek_cek_signature(void)
{
    target_chain()->pek.slots[1].signature.ecdsa.s[7] ^= 4;
}

static void spoil_cek_unsigned(void)
{
    clear_slot(&target_chain()->cek, 0);
}

static void spoil_cek_signature(void)
{
    target_chain()->cek.slots[0].signature.rsa[100] ^= 0x20;
}

static void spoil_ask_signature(void)
{
    amd_certificates()[1599] ^= 1;
}

static void spoil_ask_key(void)
{
    amd_certificates()[0x240 + 9] ^= 1;
}

static void spoil_ark_key(void)
{
    amd_certificates()[1600 + 0x240 + 9] ^= 1;
}

static void spoil_ark_usage(void)
{
    amd_certificates()[1600 + 0x24] = 0x13;
}

static void spoil_oca_key(void)
{
    target_chain()->oca.public_key.ecc.qy[0] ^= 1;
}

static const struct spoilt spoilt[] = {
    {"PDH by PEK", spoil_pdh_signature, SEV_STATUS_BAD_SIGNATURE, SEV_STATUS_BAD_SIGNATURE},
    {"PDH unsigned", spoil_pdh_slot, SEV_STATUS_INVALID_CERTIFICATE,
     SEV_STATUS_INVALID_CERTIFICATE},
    {"PEK key", spoil_pek_key, SEV_STATUS_INVALID_CERTIFICATE, SEV_STATUS_INVALID_CERTIFICATE},
    {"PEK usage", spoil_pek_usage, SEV_STATUS_INVALID_CERTIFICATE, SEV_STATUS_INVALID_CERTIFICATE},
    {"PEK by OCA", spoil_pek_oca_signature, SEV_STATUS_SUCCESS, SEV_STATUS_BAD_SIGNATURE},
    {"PEK by CEK", spoil_pek_cek_signature, SEV_STATUS_BAD_SIGNATURE, SEV_STATUS_SUCCESS},
    {"CEK unsigned", spoil_cek_unsigned, SEV_STATUS_INVALID_CERTIFICATE, SEV_STATUS_SUCCESS},
    {"CEK by ASK", spoil_cek_signature, SEV_STATUS_BAD_SIGNATURE, SEV_STATUS_SUCCESS},
    {"ASK by ARK", spoil_ask_signature, SEV_STATUS_BAD_SIGNATURE, SEV_STATUS_SUCCESS},
    {"ASK key", spoil_ask_key, SEV_STATUS_BAD_SIGNATURE, SEV_STATUS_SUCCESS},
    {"ARK key", spoil_ark_key, SEV_STATUS_INVALID_CERTIFICATE, SEV_STATUS_SUCCESS},
    {"ARK usage", spoil_ark_usage, SEV_STATUS_INVALID_CERTIFICATE, SEV_STATUS_SUCCESS},
    {"OCA key", spoil_oca_key, SEV_STATUS_SUCCESS, SEV_STATUS_INVALID_CERTIFICATE},
};

static void spoilt_chains_are_refused_as_the_policy_asks(void **state)
{
    static const uint32_t policies[] = {0, SEV_POLICY_SEV, SEV_POLICY_DOMAIN};

    (void)state;
    to_init();
    for (size_t i = 0; i < sizeof spoilt / sizeof spoilt[0]; i++) {
        for (size_t j = suite.quick ? 1 : 0; j < 3; j++) {
            const enum sev_status expected = j == 0   ? SEV_STATUS_SUCCESS
                                             : j == 1 ? spoilt[i].sev
                                                      : spoilt[i].domain;
            const uint32_t handle = running(policies[j]);
            struct sev_send_start parameters;

            prepare_send(handle, &parameters);
            spoilt[i].spoil();
            const int status = RUN(SEND_START, &parameters);

            if (status != (int)expected) {
                fail_msg("%s, policy %x: status %x, not %x", spoilt[i].what, policies[j],
                         (unsigned)status, (unsigned)expected);
            }
            assert_int_equal(guest_status(handle).state, expected == SEV_STATUS_SUCCESS
                                                             ? SEV_GUEST_SUPDATE
                                                             : SEV_GUEST_RUNNING);
            decommission(handle);
        }
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(session_opens_at_the_target),
    cmocka_unit_test(key_of_a_sent_guest_is_not_shared),
    cmocka_unit_test(data_reaches_the_target),
    cmocka_unit_test(send_may_be_cancelled_and_begun_anew),
    cmocka_unit_test(sent_guest_can_only_be_torn_down),
    cmocka_unit_test(nosend_is_policy_failure),
    cmocka_unit_test(genuine_target_of_the_same_domain_is_accepted),
    cmocka_unit_test(spoilt_chains_are_refused_as_the_policy_asks),
};
TEST_GROUP(send, tests);
