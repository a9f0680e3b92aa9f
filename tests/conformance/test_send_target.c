/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEND_START (section 4.25): other targets than this platform, and their certificates.
 */
#include <string.h>

#include "host/lib/sev_key.h"
#include "tests/conformance/groups.h"
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

/** A guest in RUNNING, inactive. */
static uint32_t running(uint32_t policy)
{
    const uint32_t handle = launch(policy);
    struct sev_measurement measurement;

    measure(handle, &measurement);
    finish(handle);
    return handle;
}

/** The PDH's form counts whatever the policy (field reports). */
static void malformed_pdh_is_invalid_certificate(void **state)
{
    struct sev_send_start parameters;

    (void)state;
    to_init();
    prepare_send(running(0), &parameters);
    const struct sev_certificate good = *target_pdh();

    for (unsigned i = 0; i < 6; i++) {
        *target_pdh() = good;
        switch (i) {
        case 0:
            target_pdh()->version = 2;
            break;
        case 1:
            target_pdh()->public_key_usage = SEV_USAGE_PEK;
            break;
        case 2:
            target_pdh()->public_key_algorithm = SEV_ALGORITHM_ECDSA_SHA256;
            break;
        case 3:
            target_pdh()->public_key.ecc.curve = SEV_CURVE_P256;
            break;
        case 4:
            target_pdh()->public_key.ecc.qx[11] ^= 0x40;
            break;
        default:
            target_pdh()->public_key.ecc.zero[0] = 1;
            break;
        }
        assert_refused(SEND_START, &parameters, INVALID_CERTIFICATE);
    }
}

/** Signs the target's PEK certificate anew, with a key that takes the place of its OCA. */
static void replace_oca(EVP_PKEY *oca, enum sev_algorithm algorithm)
{
    make_oca(&target_chain()->oca, oca, algorithm);
    sign_certificate(&target_chain()->pek, 0, oca, SEV_USAGE_OCA, algorithm);
}

static void target_of_another_domain_is_policy_failure(void **state)
{
    static const enum sev_algorithm algorithms[] = {SEV_ALGORITHM_ECDSA_SHA256,
                                                    SEV_ALGORITHM_ECDSA_SHA384};
    EVP_PKEY *oca = sev_key_generate();
    struct sev_send_start parameters;

    (void)state;
    to_init();
    prepare_send(running(SEV_POLICY_DOMAIN), &parameters);
    for (size_t i = 0; i < 2; i++) {
        replace_oca(oca, algorithms[i]);
        assert_refused(SEND_START, &parameters, POLICY_FAILURE);
    }
    EVP_PKEY_free(oca);
}

/** Two platforms of one external owner. */
static void external_owner_makes_a_domain(void **state)
{
    struct sev_pek_cert_import import;
    struct sev_send_start parameters;
    struct owner peer;

    (void)state;
    to_init();
    EVP_PKEY *key = platform_owner_make(&import, SEV_ALGORITHM_ECDSA_SHA256);

    assert_status(RUN(PEK_CERT_IMPORT, &import), SUCCESS);
    assert_true(owner_open(&peer, SEV_POLICY_DOMAIN));
    prepare_send_to(running(SEV_POLICY_DOMAIN), &peer, &parameters);
    EVP_PKEY *pek = sev_key_generate(); /* the peer's */

    assert_true(sev_key_to_certificate(pek, &target_chain()->pek.public_key.ecc));
    sign_certificate(&target_chain()->pek, 0, key, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256);
    sign_certificate(target_pdh(), 0, pek, SEV_USAGE_PEK, SEV_ALGORITHM_ECDSA_SHA256);
    assert_status(RUN(SEND_START, &parameters), SUCCESS);
    open_session(&peer);
    EVP_PKEY_free(pek);
    EVP_PKEY_free(key);
    owner_close(&peer);
}

/** The API version that the policy asks for is the target PEK certificate's (8.2). */
static void target_with_an_older_api_is_policy_failure(void **state)
{
    const uint32_t handle_policy = suite_api_policy();
    struct sev_send_start parameters;

    (void)state;
    to_init();
    prepare_send(running(handle_policy), &parameters);
    target_chain()->pek.api_minor = (uint8_t)(suite.api_minor - 1u);
    assert_refused(SEND_START, &parameters, POLICY_FAILURE);
    target_chain()->pek.api_minor = 0;
    target_chain()->pek.api_major = (uint8_t)(suite.api_major + 1u);
    assert_status(RUN(SEND_START, &parameters), SUCCESS);
}

/** All four lengths are checked whatever the policy; AMD's certificates count with SEV only. */
static void amd_certificates_count_with_sev_only(void **state)
{
    struct sev_send_start parameters;

    (void)state;
    for (int sev = 0; sev < 2; sev++) {
        to_init();
        prepare_send(running(sev == 0 ? 0 : SEV_POLICY_SEV), &parameters);
        struct sev_send_start wrong = parameters;

        wrong.amd_certs_length = 1663;
        assert_refused(SEND_START, &wrong, INVALID_LENGTH);
        uint8_t *amd = suite_at(suite_slot(6), 3200);
        uint8_t saved[3200];

        memcpy(saved, amd, sizeof saved);
        if (sev == 0) {
            memset(amd, 0, sizeof saved);
            /* The target's PDH comes first, whatever the policy. */
            target_pdh()->public_key.ecc.curve++;
            assert_refused(SEND_START, &parameters, INVALID_CERTIFICATE);
            target_pdh()->public_key.ecc.curve--;
            assert_status(RUN(SEND_START, &parameters), SUCCESS);
            continue;
        }
        wrong.amd_certs_length = 1664; /* two of 2048 bits, but the headers say 4096 */
        assert_refused(SEND_START, &wrong, INVALID_CERTIFICATE);
        amd[0x3D] ^= 0x18; /* 0x1000 -> 0x0800 */
        assert_refused(SEND_START, &parameters, INVALID_CERTIFICATE);
        amd[0x3D] ^= 0x18;
        amd[1600 + 0x38] ^= 1;
        assert_refused(SEND_START, &parameters, INVALID_CERTIFICATE);
        memset(amd, 0, sizeof saved);
        assert_refused(SEND_START, &parameters, INVALID_CERTIFICATE);
        memcpy(amd, saved, sizeof saved);
        assert_status(RUN(SEND_START, &parameters), SUCCESS);
    }
}

/** KVM's query: everything zero but the handle. */
static void query_needs_only_the_handle(void **state)
{
    (void)state;
    to_init();
    const uint32_t handle = running(SEV_POLICY_SEV);
    struct sev_send_start query = {.handle = handle};
    const struct sev_send_start after = {.handle = handle, .session_length = 0x80};

    assert_queried(SEND_START, &query, &after);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(malformed_pdh_is_invalid_certificate),
    cmocka_unit_test(target_of_another_domain_is_policy_failure),
    cmocka_unit_test(external_owner_makes_a_domain),
    cmocka_unit_test(target_with_an_older_api_is_policy_failure),
    cmocka_unit_test(amd_certificates_count_with_sev_only),
    cmocka_unit_test(query_needs_only_the_handle),
};
TEST_GROUP(send_target, tests);
