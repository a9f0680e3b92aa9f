/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LAUNCH_UPDATE_SECRET (sections 4.22, 7.6).
 */
#include <openssl/rand.h>
#include <string.h>

#include "host/lib/session.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/guest_memory.h"

#define SECRET_BYTES 0x40u

static struct sev_packet_header *header(void)
{
    return suite_at(suite_slot(0), sizeof(struct sev_packet_header));
}

/** A guest in LSECRET, active, and its owner. */
static void to_lsecret(struct owned_guest *guest)
{
    to_init();
    owned_launch(guest, SEV_POLICY_NODBG);
    (void)activate(guest->handle);
    owned_measure(guest, "", 0);
}

/** Seals a secret for the guest: header in slot 0, data in slot 2, guest memory in slot 1. */
static struct sev_packet seal(const struct owned_guest *guest, const void *secret, uint32_t length)
{
    assert_true(owner_seal_secret(&guest->owner, secret, length, header(),
                                  suite_at(suite_slot(2), length)));
    return (struct sev_packet){
        .handle = guest->handle,
        .hdr_paddr = suite_slot(0),
        .hdr_length = sizeof(struct sev_packet_header),
        .guest_paddr = suite_slot(1),
        .guest_length = length,
        .trans_paddr = suite_slot(2),
        .trans_length = length,
    };
}

static void secret_reaches_the_guest(void **state)
{
    static const uint32_t lengths[] = {16, 64, 0xFF0, 0x1000, 0x1010, SEV_PACKET_MAX};
    static uint8_t secret[SEV_PACKET_MAX];
    struct owned_guest guest;

    (void)state;
    to_lsecret(&guest);
    const uint32_t asid = guest_status(guest.handle).asid;
    const uint32_t other = activate(launch(0));

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        fill(secret, sizeof secret, (unsigned)i);
        struct sev_packet parameters = seal(&guest, secret, lengths[i]);

        parameters.guest_paddr += 16 * i;
        assert_status(RUN(LAUNCH_UPDATE_SECRET, &parameters), SUCCESS);
        assert_guest_memory(asid, other, parameters.guest_paddr, secret, lengths[i]);
        assert_int_equal(guest_status(guest.handle).state, SEV_GUEST_LSECRET);
    }
    owner_close(&guest.owner);
}

/** Callers may or may not set it; guest memory is always under the guest's key (11.4). */
static void c_bit_of_the_guest_address_is_ignored(void **state)
{
    static const uint8_t secret[SECRET_BYTES] = "whatever the C-bit says";
    struct owned_guest guest;

    (void)state;
    to_lsecret(&guest);
    const uint32_t asid = guest_status(guest.handle).asid;
    struct sev_packet parameters = seal(&guest, secret, sizeof secret);

    parameters.guest_paddr |= 1ull << suite.machine.c_bit;
    assert_status(RUN(LAUNCH_UPDATE_SECRET, &parameters), SUCCESS);
    assert_guest_memory(asid, activate(launch(0)), suite_slot(1), secret, sizeof secret);
    owner_close(&guest.owner);
}

/** IV, MAC and data: nothing may be changed. FLAGS are in tests of their own. */
static void every_byte_of_the_packet_counts(void **state)
{
    static const uint8_t secret[SECRET_BYTES] = "authenticated";
    struct owned_guest guest;

    (void)state;
    to_lsecret(&guest);
    struct sev_packet parameters = seal(&guest, secret, sizeof secret);
    uint8_t *data = suite_at(parameters.trans_paddr, sizeof secret);

    for (size_t i = sizeof header()->flags; i < sizeof *header() + sizeof secret; i++) {
        uint8_t *byte =
            i < sizeof *header() ? (uint8_t *)header() + i : data + i - sizeof *header();

        *byte ^= (uint8_t)(1u << i % 8);
        assert_refused(LAUNCH_UPDATE_SECRET, &parameters, BAD_MEASUREMENT);
        *byte ^= (uint8_t)(1u << i % 8);
    }
    assert_status(RUN(LAUNCH_UPDATE_SECRET, &parameters), SUCCESS);
    owner_close(&guest.owner);
}

static void reserved_flags_are_invalid_param(void **state)
{
    static const uint8_t secret[SECRET_BYTES] = "flags";
    struct owned_guest guest;

    (void)state;
    to_lsecret(&guest);
    struct sev_packet parameters = seal(&guest, secret, sizeof secret);

    for (unsigned bit = 1; bit < 32; bit++) {
        header()->flags = 1u << bit;
        assert_refused(LAUNCH_UPDATE_SECRET, &parameters, INVALID_PARAM);
    }
    header()->flags = SEV_PACKET_FLAG_COMPRESSED;
    assert_refused(LAUNCH_UPDATE_SECRET, &parameters, UNSUPPORTED);
    owner_close(&guest.owner);
}

/** Bound to this guest's measurement, TIK, length and purpose. */
static void packet_for_something_else_is_bad_measurement(void **state)
{
    static const uint8_t secret[SECRET_BYTES] = "for one guest, once measured";
    struct owned_guest guest;
    struct owned_guest other;

    (void)state;
    to_lsecret(&guest);
    owned_launch(&other, SEV_POLICY_NODBG);
    (void)activate(other.handle);
    owned_measure(&other, "", 0);
    struct sev_packet parameters = seal(&other, secret, sizeof secret);

    parameters.handle = guest.handle; /* another guest's packet */
    assert_refused(LAUNCH_UPDATE_SECRET, &parameters, BAD_MEASUREMENT);
    parameters = seal(&guest, secret, sizeof secret);
    parameters.guest_length = parameters.trans_length = sizeof secret - 16; /* cut */
    assert_refused(LAUNCH_UPDATE_SECRET, &parameters, BAD_MEASUREMENT);
    parameters = seal(&guest, secret, sizeof secret);
    guest.owner.measure[0] ^= 1; /* another measurement */
    parameters = seal(&guest, secret, sizeof secret);
    assert_refused(LAUNCH_UPDATE_SECRET, &parameters, BAD_MEASUREMENT);
    guest.owner.measure[0] ^= 1;
    assert_true(session_packet_mac(guest.owner.transport.tik, SEV_MAC_CONTEXT_SEND_DATA, header(),
                                   suite_at(suite_slot(2), sizeof secret), sizeof secret, NULL,
                                   header()->mac)); /* another purpose */
    assert_refused(LAUNCH_UPDATE_SECRET, &parameters, BAD_MEASUREMENT);
    owner_close(&guest.owner);
    owner_close(&other.owner);
}

static void lengths_must_agree(void **state)
{
    static const uint8_t secret[SECRET_BYTES] = "lengths";
    struct owned_guest guest;

    (void)state;
    to_lsecret(&guest);
    const struct sev_packet good = seal(&guest, secret, sizeof secret);
    struct sev_packet wrong = good;

    wrong.trans_length = 32;
    assert_refused(LAUNCH_UPDATE_SECRET, &wrong, INVALID_LENGTH);
    wrong = good;
    wrong.guest_length = 32;
    assert_refused(LAUNCH_UPDATE_SECRET, &wrong, INVALID_LENGTH);
    wrong.guest_length = wrong.trans_length = SEV_PACKET_MAX + 16;
    assert_refused(LAUNCH_UPDATE_SECRET, &wrong, INVALID_LENGTH);
    owner_close(&guest.owner);
}

/** After LAUNCH_FINISH the keys are gone: the state says no, and nothing else is asked. */
static void no_secret_after_finish(void **state)
{
    static const uint8_t secret[SECRET_BYTES] = "too late";
    struct owned_guest guest;

    (void)state;
    to_lsecret(&guest);
    struct sev_packet parameters = seal(&guest, secret, sizeof secret);

    finish(guest.handle);
    assert_refused(LAUNCH_UPDATE_SECRET, &parameters, INVALID_GUEST_STATE);
    owner_close(&guest.owner);
}

/** The secret is not part of the launch digest, and may come twice (section 4.22). */
static void secret_may_be_repeated(void **state)
{
    static const uint8_t secret[SECRET_BYTES] = "twice";
    struct owned_guest guest;

    (void)state;
    to_lsecret(&guest);
    struct sev_packet parameters = seal(&guest, secret, sizeof secret);

    assert_status(RUN(LAUNCH_UPDATE_SECRET, &parameters), SUCCESS);
    parameters.guest_paddr = suite_slot(3);
    assert_status(RUN(LAUNCH_UPDATE_SECRET, &parameters), SUCCESS);
    finish(guest.handle);
    owner_close(&guest.owner);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(secret_reaches_the_guest),
    cmocka_unit_test(c_bit_of_the_guest_address_is_ignored),
    cmocka_unit_test(every_byte_of_the_packet_counts),
    cmocka_unit_test(reserved_flags_are_invalid_param),
    cmocka_unit_test(packet_for_something_else_is_bad_measurement),
    cmocka_unit_test(lengths_must_agree),
    cmocka_unit_test(no_secret_after_finish),
    cmocka_unit_test(secret_may_be_repeated),
};
TEST_GROUP(launch_update_secret, tests);
