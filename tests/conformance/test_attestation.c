/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ATTESTATION (sections 4.24, 7.9).
 */
#include <openssl/ecdsa.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <string.h>

#include "host/lib/sev_key.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/states.h"

/** Verifies the report's signature with the exported PEK, with OpenSSL. */
static bool verifies(const struct sev_attestation_report *report)
{
    struct sev_certificate_chain chain;
    struct sev_certificate pdh;
    uint8_t der[256];
    uint8_t *end = der;

    export_certificates(&pdh, &chain);
    EVP_PKEY *pek = sev_key_from_certificate(&chain.pek.public_key.ecc);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_lebin2bn(report->signature_r, sizeof report->signature_r, NULL);
    BIGNUM *s = BN_lebin2bn(report->signature_s, sizeof report->signature_s, NULL);

    assert_int_equal(ECDSA_SIG_set0(signature, r, s), 1);
    const int length = i2d_ECDSA_SIG(signature, &end);

    assert_true(length > 0 && (size_t)length <= sizeof der);
    assert_int_equal(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, pek), 1);
    const int verified = EVP_DigestVerify(context, der, (size_t)length, (const uint8_t *)report,
                                          SEV_ATTESTATION_SIGNED_BYTES);

    ECDSA_SIG_free(signature);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pek);
    return verified == 1;
}

static struct sev_attestation ask(uint32_t handle)
{
    struct sev_attestation parameters = {
        .handle = handle,
        .report_paddr = suite_slot(0),
        .length = sizeof(struct sev_attestation_report),
    };

    assert_int_equal(RAND_bytes(parameters.mnonce, sizeof parameters.mnonce), 1);
    return parameters;
}

static void report_is_signed_by_the_pek(void **state)
{
    static const enum sev_guest_state states[] = {SEV_GUEST_LSECRET, SEV_GUEST_RUNNING,
                                                  SEV_GUEST_SUPDATE};
    const struct sev_attestation_report *report = suite_at(suite_slot(0), sizeof *report);
    uint8_t digest[SEV_LAUNCH_DIGEST_BYTES];

    (void)state;
    to_init();
    (void)SHA256((const uint8_t *)"", 0, digest);
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct sev_attestation parameters = ask(guest_in_state(states[i], false));

        assert_status(RUN(ATTESTATION, &parameters), SUCCESS);
        assert_int_equal(parameters.length, sizeof *report);
        assert_memory_equal(report->mnonce, parameters.mnonce, sizeof report->mnonce);
        assert_memory_equal(report->launch_digest, digest, sizeof digest);
        assert_int_equal(report->policy, 0);
        assert_int_equal(report->signature_usage, SEV_USAGE_PEK);
        assert_int_equal(report->signature_algorithm, SEV_ALGORITHM_ECDSA_SHA256);
        assert_int_equal(report->reserved, 0);
        assert_true(verifies(report));
    }
}

static void report_tells_what_was_launched(void **state)
{
    const struct sev_attestation_report *report = suite_at(suite_slot(0), sizeof *report);
    static uint8_t plaintext[0x1000] = "the guest's firmware";
    uint8_t digest[SEV_LAUNCH_DIGEST_BYTES];
    struct sev_measurement measurement;

    (void)state;
    to_init();
    const uint32_t handle = launch_active(SEV_POLICY_NODBG | SEV_POLICY_NOKS);
    struct sev_launch_update update = {
        .handle = handle, .paddr = suite_slot(1), .length = sizeof plaintext};

    memcpy(suite_at(suite_slot(1), sizeof plaintext), plaintext, sizeof plaintext);
    assert_status(RUN(LAUNCH_UPDATE_DATA, &update), SUCCESS);
    measure(handle, &measurement);
    struct sev_attestation parameters = ask(handle);

    assert_status(RUN(ATTESTATION, &parameters), SUCCESS);
    (void)SHA256(plaintext, sizeof plaintext, digest);
    assert_memory_equal(report->launch_digest, digest, sizeof digest);
    assert_int_equal(report->policy, SEV_POLICY_NODBG | SEV_POLICY_NOKS);
    assert_true(verifies(report));
}

/** A guest that was received has no launch digest (section 4.24). */
static void received_guest_is_invalid_guest_state(void **state)
{
    (void)state;
    to_init();
    const uint32_t handle = guest_in_state(SEV_GUEST_RUPDATE, false);
    struct sev_handle end = {.handle = handle};
    struct sev_attestation parameters = ask(handle);

    assert_refused(ATTESTATION, &parameters, INVALID_GUEST_STATE);
    assert_status(RUN(RECEIVE_FINISH, &end), SUCCESS);
    assert_refused(ATTESTATION, &parameters, INVALID_GUEST_STATE);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(report_is_signed_by_the_pek),
    cmocka_unit_test(report_tells_what_was_launched),
    cmocka_unit_test(received_guest_is_invalid_guest_state),
};
TEST_GROUP(attestation, tests);
