/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ATTESTATION (sections 4.24, 7.9): the report and its signature, verified with OpenSSL.
 */
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

#include "host/lib/sev_key.h"
#include "tests/conformance/platform_owner.h"
#include "tests/debug/groups.h"
#include "tests/debug/support.h"

#define REPORT_SLOT 0u
#define DATA_SLOT 1u

static struct sev_attestation_report *report(void)
{
    return suite_at(suite_slot(REPORT_SLOT), sizeof(struct sev_attestation_report));
}

static struct sev_attestation make(uint32_t handle)
{
    struct sev_attestation parameters = {
        .handle = handle,
        .report_paddr = suite_slot(REPORT_SLOT),
        .length = sizeof(struct sev_attestation_report),
    };
    static unsigned seed;

    fill(parameters.mnonce, sizeof parameters.mnonce, seed++);
    return parameters;
}

/** @return whether R and S sign the report's first 34h bytes with the key */
static bool signature_verifies(EVP_PKEY *key, const struct sev_attestation_report *signed_report)
{
    ECDSA_SIG *signature = ECDSA_SIG_new();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char *der = NULL;
    bool good = false;

    assert_int_equal(ECDSA_SIG_set0(signature, BN_lebin2bn(signed_report->signature_r, 72, NULL),
                                    BN_lebin2bn(signed_report->signature_s, 72, NULL)),
                     1);
    const int length = i2d_ECDSA_SIG(signature, &der);

    good = EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
           EVP_DigestVerify(context, der, (size_t)length, (const uint8_t *)signed_report,
                            SEV_ATTESTATION_SIGNED_BYTES) == 1;
    OPENSSL_free(der);
    ECDSA_SIG_free(signature);
    EVP_MD_CTX_free(context);
    return good;
}

/** The PEK that the platform exports; free it. */
static EVP_PKEY *exported_pek(void)
{
    struct sev_certificate_chain chain;
    struct sev_certificate pdh;

    export_certificates(&pdh, &chain);
    EVP_PKEY *key = sev_key_from_certificate(&chain.pek.public_key.ecc);

    assert_non_null(key);
    return key;
}

/** Fails the test unless the report is complete. */
static void check_report(const struct sev_attestation *parameters, const uint8_t *digest,
                         uint32_t policy)
{
    EVP_PKEY *key = exported_pek();
    static const uint8_t zeros[24];

    assert_int_equal(parameters->length, sizeof(struct sev_attestation_report));
    assert_memory_equal(report()->mnonce, parameters->mnonce, sizeof report()->mnonce);
    assert_memory_equal(report()->launch_digest, digest, SEV_LAUNCH_DIGEST_BYTES);
    assert_int_equal(report()->policy, policy);
    assert_int_equal(report()->signature_usage, SEV_USAGE_PEK);
    assert_int_equal(report()->signature_algorithm, SEV_ALGORITHM_ECDSA_SHA256);
    assert_int_equal(report()->reserved, 0);
    assert_memory_equal(report()->signature_r + 48, zeros, sizeof zeros);
    assert_memory_equal(report()->signature_s + 48, zeros, sizeof zeros);
    assert_true(signature_verifies(key, report()));
    for (size_t i = 0; i < SEV_ATTESTATION_SIGNED_BYTES; i += 5) {
        struct sev_attestation_report changed = *report();

        ((uint8_t *)&changed)[i] ^= 1;
        assert_false(signature_verifies(key, &changed));
    }
    EVP_PKEY_free(key);
}

static void all_states_after_measuring_give_the_same_report(void **state)
{
    uint8_t digest[SEV_LAUNCH_DIGEST_BYTES];
    uint8_t data[0x1230];
    struct sev_measurement measurement;
    struct sev_send_start send;
    const uint32_t policy = SEV_POLICY_NODBG | SEV_POLICY_SEV | suite_api_policy();

    (void)state;
    to_init();
    struct sev_launch_update update = {
        .handle = launch_active(policy), .paddr = suite_slot(DATA_SLOT), .length = sizeof data};
    struct sev_attestation parameters = make(update.handle);

    fill(data, sizeof data, 1);
    memcpy(suite_at(update.paddr, sizeof data), data, sizeof data);
    (void)SHA256(data, sizeof data, digest);
    assert_status(RUN(LAUNCH_UPDATE_DATA, &update), SUCCESS);
    assert_unmoved(ATTESTATION, &parameters, INVALID_GUEST_STATE);

    measure(update.handle, &measurement);
    assert_status(RUN(ATTESTATION, &parameters), SUCCESS);
    check_report(&parameters, digest, policy);
    finish(update.handle);
    parameters = make(update.handle);
    assert_status(RUN(ATTESTATION, &parameters), SUCCESS);
    check_report(&parameters, digest, policy);
    prepare_send(update.handle, &send);
    assert_status(RUN(SEND_START, &send), SUCCESS);
    parameters = make(update.handle);
    assert_status(RUN(ATTESTATION, &parameters), SUCCESS);
    check_report(&parameters, digest, policy);
    /* Activity does not matter. */
    deactivate(update.handle);
    parameters = make(update.handle);
    assert_status(RUN(ATTESTATION, &parameters), SUCCESS);
    check_report(&parameters, digest, policy);
}

static void each_signature_has_a_nonce_of_its_own(void **state)
{
    struct sev_attestation_report first;
    struct sev_attestation parameters;

    (void)state;
    to_init();
    parameters = make(guest_in_state(SEV_GUEST_RUNNING, false));
    assert_status(RUN(ATTESTATION, &parameters), SUCCESS);
    first = *report();
    assert_status(RUN(ATTESTATION, &parameters), SUCCESS);
    assert_memory_equal(&first, report(), SEV_ATTESTATION_SIGNED_BYTES);
    assert_memory_not_equal(first.signature_r, report()->signature_r, 48);
    assert_memory_not_equal(first.signature_s, report()->signature_s, 48);
}

static void received_guests_cannot_be_attested(void **state)
{
    struct sev_attestation parameters;
    struct owner origin;

    (void)state;
    to_init();
    assert_true(owner_open(&origin, 0));
    parameters = make(receive(&origin));
    owner_close(&origin);
    assert_unmoved(ATTESTATION, &parameters, INVALID_GUEST_STATE);
    struct sev_handle handle = {.handle = parameters.handle};

    assert_status(RUN(RECEIVE_FINISH, &handle), SUCCESS);
    assert_int_equal(guest_status(handle.handle).state, SEV_GUEST_RUNNING);
    assert_unmoved(ATTESTATION, &parameters, INVALID_GUEST_STATE);
}

/** A guest that begins with another's key has a digest of its own. */
static void sharing_a_key_shares_no_digest(void **state)
{
    uint8_t empty[SEV_LAUNCH_DIGEST_BYTES];
    struct sev_measurement measurement;
    struct sev_launch_start start;

    (void)state;
    to_init();
    struct sev_launch_update update = {
        .handle = launch_active(0), .paddr = suite_slot(DATA_SLOT), .length = 0x40};

    assert_status(RUN(LAUNCH_UPDATE_DATA, &update), SUCCESS);
    start = (struct sev_launch_start){.handle = update.handle};
    assert_status(RUN(LAUNCH_START, &start), SUCCESS);
    measure(start.handle, &measurement);
    struct sev_attestation parameters = make(start.handle);

    assert_status(RUN(ATTESTATION, &parameters), SUCCESS);
    (void)SHA256(NULL, 0, empty);
    check_report(&parameters, empty, 0);
}

static void an_owned_platform_signs_with_its_pek(void **state)
{
    uint8_t empty[SEV_LAUNCH_DIGEST_BYTES];
    struct sev_pek_cert_import import;
    struct sev_attestation parameters;

    (void)state;
    to_init();
    platform_owner_prepare(&import);
    assert_status(RUN(PEK_CERT_IMPORT, &import), SUCCESS);
    parameters = make(guest_in_state(SEV_GUEST_RUNNING, false));
    assert_status(RUN(ATTESTATION, &parameters), SUCCESS);
    (void)SHA256(NULL, 0, empty);
    check_report(&parameters, empty, 0);
    decommission(parameters.handle);
    assert_status(RUN_PLAIN(PEK_GEN), SUCCESS);
    parameters = make(guest_in_state(SEV_GUEST_RUNNING, false));
    assert_status(RUN(ATTESTATION, &parameters), SUCCESS);
    check_report(&parameters, empty, 0);
}

static void short_buffers_are_told_the_length(void **state)
{
    struct sev_attestation good;

    (void)state;
    to_init();
    good = make(guest_in_state(SEV_GUEST_RUNNING, true));
    for (uint32_t length = 0; length < sizeof(struct sev_attestation_report); length += 0x33) {
        struct sev_attestation parameters = good;
        struct sev_attestation after = good;

        parameters.length = length;
        parameters.report_paddr = length == 0 ? 0 : UINT64_MAX; /* Not looked at. */
        after.report_paddr = parameters.report_paddr;
        debug_refuse(SEV_COMMAND_ATTESTATION, &parameters, sizeof parameters, &after,
                     SEV_STATUS_INVALID_LENGTH, __FILE__, __LINE__);
    }
    struct sev_attestation parameters = good;

    parameters.length = UINT32_MAX; /* Only what is needed is touched. */
    memset(report() + 1, SUITE_PATTERN, 16);
    assert_status(RUN(ATTESTATION, &parameters), SUCCESS);
    assert_int_equal(parameters.length, sizeof(struct sev_attestation_report));
    assert_int_equal(*(const uint8_t *)(report() + 1), SUITE_PATTERN);
    const uint64_t bad[] = {suite.low_end - 0xCF, suite.high_end, UINT64_MAX - 0xD0,
                            suite.board.command_paddr, suite.board.command_paddr - 0xCF};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        parameters = good;
        parameters.report_paddr = bad[i];
        assert_unmoved(ATTESTATION, &parameters, INVALID_ADDRESS);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_states_after_measuring_give_the_same_report),
    cmocka_unit_test(each_signature_has_a_nonce_of_its_own),
    cmocka_unit_test(received_guests_cannot_be_attested),
    cmocka_unit_test(sharing_a_key_shares_no_digest),
    cmocka_unit_test(an_owned_platform_signs_with_its_pek),
    cmocka_unit_test(short_buffers_are_told_the_length),
};

PROGRAM_GROUP(attestation, tests);
