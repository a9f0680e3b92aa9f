/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest owner: what it accepts, what it refuses, and what it never does before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/ecdsa.h>

#include "host/lib/owner.h"
#include "host/lib/session.h"
#include "host/lib/sev_key.h"

#define POLICY 0x18000003u

static struct owner owner;
static struct owner_expectation expectation;
static struct sev_measurement measurement;

/* An owner, and the measurement that firmware makes of what the owner expects. */
static int set_up(void **state)
{
    (void)state;
    expectation = (struct owner_expectation){.api_minor = 24, .build = 1};
    memset(expectation.launch_digest, 0x5A, sizeof expectation.launch_digest);
    memset(measurement.mnonce, 0xA5, sizeof measurement.mnonce);
    if (!owner_open(&owner, POLICY)) {
        return -1;
    }
    struct sev_measurement_message message = {
        .context = SEV_MAC_CONTEXT_LAUNCH_MEASURE, .api_minor = 24, .build = 1, .policy = POLICY};
    memset(message.launch_digest, 0x5A, sizeof message.launch_digest);
    memset(message.mnonce, 0xA5, sizeof message.mnonce);
    return session_measure(owner.transport.tik, &message, measurement.measure) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    owner_close(&owner);
    return 0;
}

static void platform_unwraps_the_session(void **state)
{
    (void)state;
    struct sev_certificate certificate;
    struct sev_certificate pdh = {.public_key_usage = SEV_USAGE_PDH,
                                  .public_key_algorithm = SEV_ALGORITHM_ECDH_SHA256};
    struct sev_session session;
    struct sev_session again;
    struct session_keys keys;
    uint8_t secret[SEV_P384_BYTES];
    struct sev_transport_keys transport;
    EVP_PKEY *platform = sev_key_generate();
    assert_true(sev_key_to_certificate(platform, &pdh.public_key.ecc));
    assert_true(owner_certificate(&owner, &certificate));
    assert_true(owner_make_session(&owner, &pdh, &session));

    EVP_PKEY *peer = sev_key_from_certificate(&certificate.public_key.ecc);
    assert_true(sev_key_agree(platform, peer, secret));
    assert_true(session_derive_keys(secret, sizeof secret, session.nonce, &keys));
    assert_true(
        session_crypt(keys.kek, session.wrap_iv, session.wrap_tk, &transport, sizeof transport));
    assert_memory_equal(&transport, &owner.transport, sizeof transport);
    again = session;
    assert_true(session_wrap(&keys, &transport, POLICY, &again));
    assert_memory_equal(&again, &session, sizeof session);
    EVP_PKEY_free(platform);
    EVP_PKEY_free(peer);
}

static void sessions_never_repeat_nonce_or_iv(void **state)
{
    (void)state;
    struct sev_certificate pdh = {.public_key_usage = SEV_USAGE_PDH,
                                  .public_key_algorithm = SEV_ALGORITHM_ECDH_SHA256};
    struct sev_session first;
    struct sev_session second;
    assert_true(sev_key_to_certificate(owner.key, &pdh.public_key.ecc));
    assert_true(owner_make_session(&owner, &pdh, &first));
    assert_true(owner_make_session(&owner, &pdh, &second));
    assert_memory_not_equal(first.nonce, second.nonce, sizeof first.nonce);
    assert_memory_not_equal(first.wrap_iv, second.wrap_iv, sizeof first.wrap_iv);
}

static void certificate_is_an_unsigned_diffie_hellman_key(void **state)
{
    (void)state;
    struct sev_certificate certificate;
    assert_true(owner_certificate(&owner, &certificate));
    assert_int_equal(certificate.version, 1);
    assert_int_equal(certificate.public_key_usage, 0x1003);
    assert_int_equal(certificate.public_key_algorithm, 3);
    assert_int_equal(certificate.public_key.ecc.curve, 2);
    for (size_t i = 0; i < SEV_CERTIFICATE_SLOTS; i++) {
        assert_int_equal(certificate.slots[i].usage, 0x1000);
        assert_int_equal(certificate.slots[i].algorithm, 0);
    }
}

static void malformed_platform_keys_are_refused(void **state)
{
    (void)state;
    struct sev_certificate good = {.public_key_usage = SEV_USAGE_PDH,
                                   .public_key_algorithm = SEV_ALGORITHM_ECDH_SHA256};
    struct sev_certificate bad;
    struct sev_session session;
    assert_true(sev_key_to_certificate(owner.key, &good.public_key.ecc));
    bad = good;
    bad.public_key.ecc.qx[0] ^= 1; /* not on the curve */
    assert_false(owner_make_session(&owner, &bad, &session));
    bad = good;
    bad.public_key.ecc.qy[71] = 1; /* more than a coordinate */
    assert_false(owner_make_session(&owner, &bad, &session));
    bad = good;
    bad.public_key.ecc.curve = SEV_CURVE_P256;
    assert_false(owner_make_session(&owner, &bad, &session));
    bad = good;
    bad.public_key_usage = SEV_USAGE_PEK;
    assert_false(owner_make_session(&owner, &bad, &session));
    bad = good;
    memset(bad.public_key.ecc.qx, 0, sizeof bad.public_key.ecc.qx); /* (0, 0) */
    memset(bad.public_key.ecc.qy, 0, sizeof bad.public_key.ecc.qy);
    assert_false(owner_make_session(&owner, &bad, &session));
    assert_true(owner_make_session(&owner, &good, &session));
}

static void expected_measurement_is_accepted(void **state)
{
    (void)state;
    assert_true(owner_accepts(&owner, &expectation, &measurement));
}

static void any_flipped_byte_of_the_measurement_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof measurement; i++) {
        struct sev_measurement flipped = measurement;
        ((uint8_t *)&flipped)[i] ^= 0x80;
        assert_false(owner_accepts(&owner, &expectation, &flipped));
    }
}

static void other_firmware_policy_or_data_is_refused(void **state)
{
    (void)state;
    struct owner_expectation other = expectation;
    other.api_minor--;
    assert_false(owner_accepts(&owner, &other, &measurement));
    other = expectation;
    other.build++;
    assert_false(owner_accepts(&owner, &other, &measurement));
    other = expectation;
    other.launch_digest[31] ^= 1;
    assert_false(owner_accepts(&owner, &other, &measurement));
    owner.policy ^= 1;
    assert_false(owner_accepts(&owner, &expectation, &measurement));
}

static void secret_is_sealed_only_after_an_accepted_measurement(void **state)
{
    (void)state;
    const uint8_t secret[32] = "a passphrase";
    uint8_t data[32] = {0};
    uint8_t mac[SEV_MAC_BYTES];
    struct sev_packet_header header;
    struct sev_measurement wrong = measurement;
    wrong.measure[0] ^= 1;
    assert_false(owner_seal_secret(&owner, secret, sizeof secret, &header, data));
    assert_false(owner_accepts(&owner, &expectation, &wrong));
    assert_false(owner_seal_secret(&owner, secret, sizeof secret, &header, data));
    assert_true(owner_accepts(&owner, &expectation, &measurement));
    assert_true(owner_seal_secret(&owner, secret, sizeof secret, &header, data));
    assert_memory_not_equal(data, secret, sizeof secret);
    assert_int_equal(header.flags, 0);
    assert_true(session_packet_mac(owner.transport.tik, 0x01, &header, data, sizeof data,
                                   measurement.measure, mac));
    assert_memory_equal(mac, header.mac, sizeof mac);
    assert_true(session_crypt(owner.transport.tek, header.iv, data, data, sizeof data));
    assert_memory_equal(data, secret, sizeof secret);
}

static void secrets_of_wrong_length_are_not_sealed(void **state)
{
    (void)state;
    static const uint8_t secret[SEV_PACKET_MAX + 16];
    static uint8_t data[SEV_PACKET_MAX + 16];
    struct sev_packet_header header;
    assert_true(owner_accepts(&owner, &expectation, &measurement));
    assert_false(owner_seal_secret(&owner, secret, 0, &header, data));
    assert_false(owner_seal_secret(&owner, secret, 17, &header, data));
    assert_false(owner_seal_secret(&owner, secret, SEV_PACKET_MAX + 16, &header, data));
    assert_true(owner_seal_secret(&owner, secret, SEV_PACKET_MAX, &header, data));
}

/* A report as the firmware makes it, signed with OpenSSL by this key. */
static void make_report(EVP_PKEY *key, struct sev_attestation_report *report)
{
    uint8_t der[256];
    size_t length = sizeof der;
    const uint8_t *start = der;
    *report = (struct sev_attestation_report){
        .policy = POLICY, .signature_usage = 0x1002, .signature_algorithm = 2};
    memset(report->mnonce, 0x11, sizeof report->mnonce);
    memset(report->launch_digest, 0x22, sizeof report->launch_digest);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(context, der, &length, (const uint8_t *)report, 52), 1);
    EVP_MD_CTX_free(context);
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &start, (long)length);
    assert_non_null(signature);
    assert_int_equal(BN_bn2lebinpad(ECDSA_SIG_get0_r(signature), report->signature_r, 48), 48);
    assert_int_equal(BN_bn2lebinpad(ECDSA_SIG_get0_s(signature), report->signature_s, 48), 48);
    ECDSA_SIG_free(signature);
}

static void only_the_report_that_was_asked_for_is_accepted(void **state)
{
    (void)state;
    struct sev_attestation_report report;
    struct sev_certificate pek = {.public_key_usage = SEV_USAGE_PEK,
                                  .public_key_algorithm = SEV_ALGORITHM_ECDSA_SHA256};
    EVP_PKEY *key = sev_key_generate();
    uint8_t digest[SEV_LAUNCH_DIGEST_BYTES];
    uint8_t mnonce[SEV_NONCE_BYTES];
    assert_true(sev_key_to_certificate(key, &pek.public_key.ecc));
    make_report(key, &report);
    EVP_PKEY_free(key);
    memset(mnonce, 0x11, sizeof mnonce);
    memset(digest, 0x22, sizeof digest);
    assert_true(owner_accepts_report(POLICY, digest, mnonce, &pek, &report));
    for (size_t i = 0; i < sizeof report; i++) {
        ((uint8_t *)&report)[i] ^= 1;
        assert_false(owner_accepts_report(POLICY, digest, mnonce, &pek, &report));
        ((uint8_t *)&report)[i] ^= 1;
    }
    mnonce[0] ^= 1; /* an old report */
    assert_false(owner_accepts_report(POLICY, digest, mnonce, &pek, &report));
    mnonce[0] ^= 1;
    digest[0] ^= 1; /* another guest */
    assert_false(owner_accepts_report(POLICY, digest, mnonce, &pek, &report));
    digest[0] ^= 1;
    pek.public_key_usage = SEV_USAGE_OCA;
    assert_false(owner_accepts_report(POLICY, digest, mnonce, &pek, &report));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(platform_unwraps_the_session),
        TEST(sessions_never_repeat_nonce_or_iv),
        TEST(certificate_is_an_unsigned_diffie_hellman_key),
        TEST(malformed_platform_keys_are_refused),
        TEST(expected_measurement_is_accepted),
        TEST(any_flipped_byte_of_the_measurement_is_refused),
        TEST(other_firmware_policy_or_data_is_refused),
        TEST(secret_is_sealed_only_after_an_accepted_measurement),
        TEST(secrets_of_wrong_length_are_not_sealed),
        TEST(only_the_report_that_was_asked_for_is_accepted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
