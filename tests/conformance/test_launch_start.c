/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LAUNCH_START (section 4.18): the owner's session and certificate. Policy and key sharing are in
 * test_policy.c.
 */
#include <openssl/rand.h>
#include <string.h>

#include "host/lib/sev_key.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/states.h"

#define SESSION_STEP_QUICK 9u
#define CERTIFICATE_STEP 31u
#define CERTIFICATE_STEP_QUICK 257u

static struct sev_certificate *certificate(void)
{
    return suite_at(suite_slot(0), sizeof(struct sev_certificate));
}

static struct sev_session *session(void)
{
    return suite_at(suite_slot(1), sizeof(struct sev_session));
}

static void guest_starts_inactive_in_lupdate(void **state)
{
    (void)state;
    to_init();
    const uint32_t handle = launch(SEV_POLICY_NODBG);
    const struct sev_guest_status status = guest_status(handle);

    assert_int_equal(status.state, SEV_GUEST_LUPDATE);
    assert_int_equal(status.asid, 0);
    assert_int_equal(status.policy, SEV_POLICY_NODBG);
    assert_int_equal(platform_status().state, SEV_PLATFORM_WORKING);
}

/** Both lengths 0: the addresses are not looked at. */
static void without_a_session_addresses_do_not_matter(void **state)
{
    struct sev_launch_start parameters = {
        .dh_cert_paddr = 0xFFFFFFFFFFFFFFFFull,
        .session_paddr = 0xFFFFFFFFFFFFFFFFull,
    };

    (void)state;
    to_init();
    assert_status(RUN(LAUNCH_START, &parameters), SUCCESS);
}

/** That both ends have the same TIK shows in the measurement. */
static void owners_session_is_accepted(void **state)
{
    struct owned_guest guest;

    (void)state;
    to_init();
    owned_launch(&guest, SEV_POLICY_NOSEND | SEV_POLICY_NODBG);
    owned_measure(&guest, "", 0);
    owner_close(&guest.owner);
}

static void same_session_may_be_used_again(void **state)
{
    struct sev_launch_start parameters;
    struct owner owner;

    (void)state;
    to_init();
    assert_true(owner_open(&owner, 0));
    owner_prepare(&owner, &parameters);
    owner_close(&owner);
    struct sev_launch_start again = parameters;

    assert_status(RUN(LAUNCH_START, &parameters), SUCCESS);
    assert_status(RUN(LAUNCH_START, &again), SUCCESS);
    assert_int_not_equal(parameters.handle, again.handle);
}

static void one_of_two_lengths_is_invalid_length(void **state)
{
    struct sev_launch_start parameters;
    struct owner owner;

    (void)state;
    to_init();
    assert_true(owner_open(&owner, 0));
    owner_prepare(&owner, &parameters);
    owner_close(&owner);
    struct sev_launch_start wrong = parameters;

    wrong.dh_cert_length = 0;
    assert_refused(LAUNCH_START, &wrong, INVALID_LENGTH);
    wrong = parameters;
    wrong.session_length = 0;
    assert_refused(LAUNCH_START, &wrong, INVALID_LENGTH);
}

static void every_byte_of_the_session_counts(void **state)
{
    struct sev_launch_start parameters;
    struct owner owner;

    (void)state;
    to_init();
    assert_true(owner_open(&owner, 0));
    owner_prepare(&owner, &parameters);
    owner_close(&owner);
    for (size_t i = 0; i < sizeof(struct sev_session); i += suite.quick ? SESSION_STEP_QUICK : 1) {
        uint8_t *byte = (uint8_t *)session() + i;

        *byte ^= (uint8_t)(1u << i % 8);
        assert_refused(LAUNCH_START, &parameters, BAD_MEASUREMENT);
        *byte ^= (uint8_t)(1u << i % 8);
    }
    assert_status(RUN(LAUNCH_START, &parameters), SUCCESS);
}

/** The session is bound to the policy, to the owner's key and to the PDH. */
static void session_for_something_else_is_bad_measurement(void **state)
{
    struct sev_launch_start parameters;
    struct owner owner;
    struct owner other;

    (void)state;
    to_init();
    assert_true(owner_open(&owner, 0));
    assert_true(owner_open(&other, 0));
    owner_prepare(&owner, &parameters);
    parameters.policy = SEV_POLICY_NODBG;
    assert_refused(LAUNCH_START, &parameters, BAD_MEASUREMENT);
    parameters.policy = 0;
    assert_true(owner_certificate(&other, certificate()));
    assert_refused(LAUNCH_START, &parameters, BAD_MEASUREMENT);
    owner_prepare(&owner, &parameters);
    assert_status(RUN_PLAIN(PDH_GEN), SUCCESS);
    assert_refused(LAUNCH_START, &parameters, BAD_MEASUREMENT);
    owner_prepare(&owner, &parameters);
    assert_status(RUN(LAUNCH_START, &parameters), SUCCESS);
    owner_close(&owner);
    owner_close(&other);
}

/** Sessions that are established stay when the PDH is renewed (section 4.9). */
static void pdh_gen_does_not_disturb_a_launch(void **state)
{
    struct owned_guest guest;

    (void)state;
    to_init();
    owned_launch(&guest, 0);
    assert_status(RUN_PLAIN(PDH_GEN), SUCCESS);
    owned_measure(&guest, "", 0);
    owner_close(&guest.owner);
}

/** Changes to a certificate that make it malformed. */
static const struct {
    size_t offset;
    uint32_t value;
} malformed[] = {
    {offsetof(struct sev_certificate, version), 0},
    {offsetof(struct sev_certificate, version), 2},
    {offsetof(struct sev_certificate, public_key_usage), SEV_USAGE_PEK},
    {offsetof(struct sev_certificate, public_key_usage), SEV_USAGE_INVALID},
    {offsetof(struct sev_certificate, public_key_algorithm), SEV_ALGORITHM_ECDSA_SHA256},
    {offsetof(struct sev_certificate, public_key_algorithm), SEV_ALGORITHM_ECDH_SHA384},
    {offsetof(struct sev_certificate, public_key_algorithm), 0},
    {offsetof(struct sev_certificate, public_key), SEV_CURVE_P256},
    {offsetof(struct sev_certificate, public_key), SEV_CURVE_INVALID},
    {offsetof(struct sev_certificate, public_key) + 4 + 44, 0xFFFFFFFFu}, /* X >= p */
    {offsetof(struct sev_certificate, public_key) + 4 + 48, 1},           /* behind X */
    {offsetof(struct sev_certificate, public_key) + 0x4C + 68, 0x80000000u},
    {offsetof(struct sev_certificate, public_key) + 0x94, 1}, /* behind Y */
    {offsetof(struct sev_certificate, slots) - 4, 0x80000000u},
};

static void malformed_certificate_is_invalid_certificate(void **state)
{
    struct sev_launch_start parameters;
    struct owner owner;

    (void)state;
    to_init();
    assert_true(owner_open(&owner, 0));
    owner_prepare(&owner, &parameters);
    owner_close(&owner);
    const struct sev_certificate good = *certificate();

    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        *certificate() = good;
        memcpy((uint8_t *)certificate() + malformed[i].offset, &malformed[i].value, 4);
        assert_refused(LAUNCH_START, &parameters, INVALID_CERTIFICATE);
    }
    *certificate() = good;
    memset(certificate()->public_key.ecc.qx, 0, 72); /* the point at infinity */
    memset(certificate()->public_key.ecc.qy, 0, 72);
    assert_refused(LAUNCH_START, &parameters, INVALID_CERTIFICATE);
    for (size_t i = 0; i < SEV_P384_BYTES; i += 5) { /* not on the curve */
        *certificate() = good;
        certificate()->public_key.ecc.qy[i] ^= 0x10;
        assert_refused(LAUNCH_START, &parameters, INVALID_CERTIFICATE);
    }
}

/** Signatures in the owner's certificate are not checked; every other byte is, or is not used. */
static void flipped_bits_of_the_certificate(void **state)
{
    const size_t step = suite.quick ? CERTIFICATE_STEP_QUICK : CERTIFICATE_STEP;
    const size_t unused = offsetof(struct sev_certificate, api_major); /* ..reserved */
    struct sev_launch_start parameters;
    struct owner owner;

    (void)state;
    to_init();
    assert_true(owner_open(&owner, 0));
    owner_prepare(&owner, &parameters);
    owner_close(&owner);
    for (size_t i = 0; i < sizeof(struct sev_certificate); i += i < 0x14 ? 1 : step) {
        uint8_t *byte = (uint8_t *)certificate() + i;
        const bool checked = i < SEV_CERTIFICATE_SIGNED_BYTES && (i < unused || i >= unused + 4);
        struct sev_launch_start attempt = parameters;

        *byte ^= (uint8_t)(1u << i % 8);
        if (checked) {
            assert_refused(LAUNCH_START, &attempt, INVALID_CERTIFICATE);
        } else {
            assert_status(RUN(LAUNCH_START, &attempt), SUCCESS);
            decommission(attempt.handle);
        }
        *byte ^= (uint8_t)(1u << i % 8);
    }
}

/** An owner may fill the signature slots with whatever he likes. */
static void junk_in_signature_slots_is_ignored(void **state)
{
    struct sev_launch_start parameters;
    struct owner owner;

    (void)state;
    to_init();
    assert_true(owner_open(&owner, 0));
    owner_prepare(&owner, &parameters);
    owner_close(&owner);
    assert_int_equal(RAND_bytes((uint8_t *)certificate()->slots, sizeof certificate()->slots), 1);
    assert_status(RUN(LAUNCH_START, &parameters), SUCCESS);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(guest_starts_inactive_in_lupdate),
    cmocka_unit_test(without_a_session_addresses_do_not_matter),
    cmocka_unit_test(owners_session_is_accepted),
    cmocka_unit_test(same_session_may_be_used_again),
    cmocka_unit_test(one_of_two_lengths_is_invalid_length),
    cmocka_unit_test(every_byte_of_the_session_counts),
    cmocka_unit_test(session_for_something_else_is_bad_measurement),
    cmocka_unit_test(pdh_gen_does_not_disturb_a_launch),
    cmocka_unit_test(malformed_certificate_is_invalid_certificate),
    cmocka_unit_test(flipped_bits_of_the_certificate),
    cmocka_unit_test(junk_in_signature_slots_is_ignored),
};
TEST_GROUP(launch_start, tests);
