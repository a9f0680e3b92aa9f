/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RECEIVE_START, RECEIVE_UPDATE_DATA, RECEIVE_FINISH (sections 4.28 to 4.30).
 */
#include <string.h>

#include "tests/conformance/groups.h"
#include "tests/conformance/guest_memory.h"
#include "tests/conformance/migration.h"

#define DATA_BYTES 0x80u
#define SESSION_STEP_QUICK 9u

static struct sev_packet_header *header(void)
{
    return suite_at(suite_slot(0), sizeof(struct sev_packet_header));
}

/** A packet in slots 0 and 2, for guest memory in slot 1. */
static struct sev_packet packet_for(uint32_t handle, uint32_t length)
{
    return (struct sev_packet){
        .handle = handle,
        .hdr_paddr = suite_slot(0),
        .hdr_length = sizeof(struct sev_packet_header),
        .guest_paddr = suite_slot(1),
        .guest_length = length,
        .trans_paddr = suite_slot(2),
        .trans_length = length,
    };
}

static void guest_is_received(void **state)
{
    static const uint32_t lengths[] = {16, 0x1000, SEV_PACKET_MAX};
    static uint8_t plaintext[SEV_PACKET_MAX];
    struct owner origin;

    (void)state;
    to_init();
    assert_true(owner_open(&origin, SEV_POLICY_NODBG));
    struct sev_handle handle = {.handle = receive(&origin)};

    assert_int_equal(platform_status().state, SEV_PLATFORM_WORKING);
    assert_int_equal(guest_status(handle.handle).state, SEV_GUEST_RUPDATE);
    assert_int_equal(guest_status(handle.handle).policy, SEV_POLICY_NODBG);
    const uint32_t asid = activate(handle.handle);
    const uint32_t other = activate(launch(0));

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct sev_packet packet = packet_for(handle.handle, lengths[i]);

        fill(plaintext, lengths[i], (unsigned)i);
        seal_packet(&origin, SEV_MAC_CONTEXT_SEND_DATA, plaintext, lengths[i], header(),
                    suite_at(suite_slot(2), lengths[i]));
        packet.guest_paddr |= i % 2 == 0 ? 1ull << suite.machine.c_bit : 0;
        assert_status(RUN(RECEIVE_UPDATE_DATA, &packet), SUCCESS);
        assert_guest_memory(asid, other, suite_slot(1), plaintext, lengths[i]);
    }
    assert_status(RUN(RECEIVE_FINISH, &handle), SUCCESS);
    assert_int_equal(guest_status(handle.handle).state, SEV_GUEST_RUNNING);
    owner_close(&origin);
}

/** From this platform to itself, as between two: nothing of the sender's side is reused. */
static void guest_travels_from_platform_to_platform(void **state)
{
    static uint8_t plaintext[0x1000];
    struct sev_measurement measurement;
    struct sev_send_start send;

    (void)state;
    to_init();
    const uint32_t handle = launch(0);
    const uint32_t asid = activate(handle);

    measure(handle, &measurement);
    finish(handle);
    fill(plaintext, sizeof plaintext, 77);
    guest_write(asid, suite_slot(1), plaintext, sizeof plaintext);
    prepare_send(handle, &send);
    assert_status(RUN(SEND_START, &send), SUCCESS);
    struct sev_packet packet = packet_for(handle, sizeof plaintext);

    assert_status(RUN(SEND_UPDATE_DATA, &packet), SUCCESS);
    struct sev_receive_start receive_start = {
        .policy = send.policy,
        .pdh_cert_paddr = send.pdh_cert_paddr,
        .pdh_cert_length = send.pdh_cert_length,
        .session_paddr = send.session_paddr,
        .session_length = send.session_length,
    };

    assert_status(RUN(RECEIVE_START, &receive_start), SUCCESS);
    const uint32_t new_asid_of_it = activate(receive_start.handle);

    packet.handle = receive_start.handle;
    packet.guest_paddr = suite_slot(3);
    assert_status(RUN(RECEIVE_UPDATE_DATA, &packet), SUCCESS);
    assert_guest_memory(new_asid_of_it, asid, suite_slot(3), plaintext, sizeof plaintext);
}

static void every_byte_of_the_session_counts(void **state)
{
    struct sev_receive_start parameters;
    struct owner origin;

    (void)state;
    to_init();
    assert_true(owner_open(&origin, 0));
    prepare_receive(&origin, &parameters);
    uint8_t *session = suite_at(parameters.session_paddr, sizeof(struct sev_session));

    for (size_t i = 0; i < sizeof(struct sev_session); i += suite.quick ? SESSION_STEP_QUICK : 1) {
        session[i] ^= (uint8_t)(1u << i % 8);
        assert_refused(RECEIVE_START, &parameters, BAD_MEASUREMENT);
        session[i] ^= (uint8_t)(1u << i % 8);
    }
    struct sev_receive_start other_policy = parameters;

    other_policy.policy = SEV_POLICY_NODBG;
    assert_refused(RECEIVE_START, &other_policy, BAD_MEASUREMENT);
    assert_status(RUN(RECEIVE_START, &parameters), SUCCESS);
    owner_close(&origin);
}

static void malformed_certificate_is_invalid_certificate(void **state)
{
    struct sev_receive_start parameters;
    struct owner origin;

    (void)state;
    to_init();
    assert_true(owner_open(&origin, 0));
    prepare_receive(&origin, &parameters);
    uint8_t *certificate = suite_at(parameters.pdh_cert_paddr, sizeof(struct sev_certificate));

    for (size_t i = 0; i < SEV_CERTIFICATE_SIGNED_BYTES; i += i < 0x14 ? 1 : 43) {
        if (i >= 4 && i < 8) {
            continue; /* API version and reserved bytes: not looked at. */
        }
        certificate[i] ^= (uint8_t)(1u << i % 8);
        assert_refused(RECEIVE_START, &parameters, INVALID_CERTIFICATE);
        certificate[i] ^= (uint8_t)(1u << i % 8);
    }
    assert_status(RUN(RECEIVE_START, &parameters), SUCCESS);
    owner_close(&origin);
}

/** As LAUNCH_START, but a session there must be (section 4.28). */
static void policy_and_lengths_are_checked(void **state)
{
    struct sev_receive_start parameters;
    struct owner origin;

    (void)state;
    to_init();
    assert_true(owner_open(&origin, 0));
    prepare_receive(&origin, &parameters);
    struct sev_receive_start wrong = {.policy = 0};

    assert_refused(RECEIVE_START, &wrong, INVALID_LENGTH);
    wrong = parameters;
    wrong.policy = 0x40; /* Reserved, and not what the session's MAC covers. */
    assert_refused(RECEIVE_START, &wrong, BAD_MEASUREMENT);
    wrong.policy = SEV_POLICY_ES;
    assert_refused(RECEIVE_START, &wrong, POLICY_FAILURE);
    wrong.policy = suite_api_policy() + (1u << 24);
    assert_refused(RECEIVE_START, &wrong, POLICY_FAILURE);
    wrong.policy = (suite.api_major + 1u) << 16;
    assert_refused(RECEIVE_START, &wrong, POLICY_FAILURE);
    wrong.policy = 0;
    wrong.handle = 0x12345;
    assert_refused(RECEIVE_START, &wrong, INVALID_GUEST);
    wrong.handle = launch(SEV_POLICY_NOKS);
    assert_refused(RECEIVE_START, &wrong, POLICY_FAILURE);
    owner_close(&origin);
}

/** The new guest has the key of the one that HANDLE names. */
static void received_guest_may_share_a_key(void **state)
{
    static const uint8_t text[64] = "shared";
    struct sev_receive_start parameters;
    struct owner origin;
    uint8_t read[64];

    (void)state;
    to_init();
    const uint32_t first = launch(0);
    const uint32_t asid = activate(first);

    guest_write(asid, suite_slot(8), text, sizeof text);
    assert_true(owner_open(&origin, 0));
    prepare_receive(&origin, &parameters);
    parameters.handle = first;
    assert_status(RUN(RECEIVE_START, &parameters), SUCCESS);
    assert_int_not_equal(parameters.handle, first);
    guest_read(activate(parameters.handle), suite_slot(8), read, sizeof read);
    assert_memory_equal(read, text, sizeof text);
    owner_close(&origin);
}

static void every_byte_of_the_packet_counts(void **state)
{
    static uint8_t plaintext[DATA_BYTES];
    struct owner origin;

    (void)state;
    to_init();
    assert_true(owner_open(&origin, 0));
    const uint32_t handle = receive(&origin);

    (void)activate(handle);
    struct sev_packet packet = packet_for(handle, DATA_BYTES);
    uint8_t *data = suite_at(suite_slot(2), DATA_BYTES);

    seal_packet(&origin, SEV_MAC_CONTEXT_SEND_DATA, plaintext, DATA_BYTES, header(), data);
    for (size_t i = 4; i < sizeof *header() + DATA_BYTES; i++) {
        uint8_t *byte =
            i < sizeof *header() ? (uint8_t *)header() + i : data + i - sizeof *header();

        *byte ^= (uint8_t)(1u << i % 8);
        assert_refused(RECEIVE_UPDATE_DATA, &packet, BAD_MEASUREMENT);
        *byte ^= (uint8_t)(1u << i % 8);
    }
    for (unsigned bit = 1; bit < 32; bit++) {
        header()->flags = 1u << bit;
        assert_refused(RECEIVE_UPDATE_DATA, &packet, INVALID_PARAM);
    }
    header()->flags = SEV_PACKET_FLAG_COMPRESSED;
    assert_refused(RECEIVE_UPDATE_DATA, &packet, UNSUPPORTED);
    header()->flags = 0;
    struct sev_packet cut = packet;

    cut.guest_length = cut.trans_length = DATA_BYTES - 16;
    assert_refused(RECEIVE_UPDATE_DATA, &cut, BAD_MEASUREMENT);
    assert_status(RUN(RECEIVE_UPDATE_DATA, &packet), SUCCESS);
    owner_close(&origin);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(guest_is_received),
    cmocka_unit_test(guest_travels_from_platform_to_platform),
    cmocka_unit_test(every_byte_of_the_session_counts),
    cmocka_unit_test(malformed_certificate_is_invalid_certificate),
    cmocka_unit_test(policy_and_lengths_are_checked),
    cmocka_unit_test(received_guest_may_share_a_key),
    cmocka_unit_test(every_byte_of_the_packet_counts),
};
TEST_GROUP(receive, tests);
