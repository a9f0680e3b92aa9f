/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PEK_CERT_IMPORT (section 4.7): an external owner takes the platform.
 */
#include <string.h>

#include "tests/conformance/certificates.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/platform_owner.h"
#include "tests/conformance/states.h"

static struct sev_certificate *pek(void)
{
    return suite_at(suite_slot(0), sizeof(struct sev_certificate));
}

static struct sev_certificate *oca(void)
{
    return suite_at(suite_slot(1), sizeof(struct sev_certificate));
}

static void owner_imports(enum sev_algorithm algorithm, unsigned pek_slot)
{
    const struct expected_slot oca_signature = {SEV_USAGE_OCA, algorithm};
    const struct expected_slot cek_signature = {SEV_USAGE_CEK, SEV_ALGORITHM_ECDSA_SHA256};
    const struct expected_slot slots[] = {pek_slot == 0 ? oca_signature : cek_signature,
                                          pek_slot == 0 ? cek_signature : oca_signature};
    struct sev_pek_cert_import parameters;
    struct sev_certificate_chain before;
    struct sev_certificate_chain after;
    struct sev_certificate old_pdh;
    struct sev_certificate pdh;

    to_init();
    export_certificates(&old_pdh, &before);
    EVP_PKEY *key = platform_owner_make(&parameters, algorithm);

    if (pek_slot == 1) {
        clear_slot(pek(), 0);
        sign_certificate(pek(), 1, key, SEV_USAGE_OCA, algorithm);
    }
    EVP_PKEY_free(key);
    assert_status(RUN(PEK_CERT_IMPORT, &parameters), SUCCESS);
    assert_int_equal(platform_status().owner, 1);
    export_certificates(&pdh, &after);
    assert_memory_equal(&after.oca, oca(), sizeof after.oca);
    assert_memory_equal(&after.pek, pek(), SEV_CERTIFICATE_SIGNED_BYTES);
    assert_memory_equal(&after.pek, &before.pek, SEV_CERTIFICATE_SIGNED_BYTES);
    assert_memory_equal(&after.cek, &before.cek, sizeof after.cek);
    assert_memory_not_equal(&pdh, &old_pdh, SEV_CERTIFICATE_SIGNED_BYTES);
    assert_certificate(&after.pek, SEV_USAGE_PEK, SEV_ALGORITHM_ECDSA_SHA256, slots);
    assert_memory_equal(&after.pek.slots[pek_slot], &pek()->slots[pek_slot],
                        sizeof after.pek.slots[0]);
    assert_chain_verifies(&pdh, &after);
}

static void owner_with_ecdsa_sha256(void **state)
{
    (void)state;
    owner_imports(SEV_ALGORITHM_ECDSA_SHA256, 0);
}

static void owner_with_ecdsa_sha384(void **state)
{
    (void)state;
    owner_imports(SEV_ALGORITHM_ECDSA_SHA384, 0);
}

static void owner_may_sign_the_second_slot(void **state)
{
    (void)state;
    owner_imports(SEV_ALGORITHM_ECDSA_SHA256, 1);
}

/** The CEK signs what is imported: nothing may differ from PEK_CSR but the owner's signature. */
static void owner_cannot_change_what_the_cek_signs(void **state)
{
    struct sev_pek_cert_import parameters;

    (void)state;
    to_init();
    for (uint32_t byte = 0; byte < 4; byte++) {
        EVP_PKEY *key = platform_owner_make(&parameters, SEV_ALGORITHM_ECDSA_SHA256);

        ((uint8_t *)pek())[offsetof(struct sev_certificate, api_major) + byte] ^= 0xFF;
        clear_slot(pek(), 0);
        sign_certificate(pek(), 0, key, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256);
        EVP_PKEY_free(key);
        assert_refused(PEK_CERT_IMPORT, &parameters, INVALID_CERTIFICATE);
    }
}

static void owned_platform_is_already_owned(void **state)
{
    struct sev_pek_cert_import parameters;

    (void)state;
    to_init();
    platform_owner_prepare(&parameters);
    assert_status(RUN(PEK_CERT_IMPORT, &parameters), SUCCESS);
    assert_refused(PEK_CERT_IMPORT, &parameters, ALREADY_OWNED);
    platform_owner_prepare(&parameters); /* PEK_CSR is allowed all the same. */
    assert_refused(PEK_CERT_IMPORT, &parameters, ALREADY_OWNED);
    parameters = (struct sev_pek_cert_import){0};
    assert_refused(PEK_CERT_IMPORT, &parameters, ALREADY_OWNED);
}

/** Persistent, and visible in UNINIT. */
static void ownership_survives_shutdown(void **state)
{
    struct sev_pek_cert_import parameters;
    struct sev_init init = {.options = 0};
    struct sev_certificate_chain before;
    struct sev_certificate_chain after;
    struct sev_certificate pdh;

    (void)state;
    to_init();
    platform_owner_prepare(&parameters);
    assert_status(RUN(PEK_CERT_IMPORT, &parameters), SUCCESS);
    export_certificates(&pdh, &before);
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
    assert_int_equal(platform_status().owner, 1);
    assert_status(RUN(INIT, &init), SUCCESS);
    export_certificates(&pdh, &after);
    assert_memory_equal(&before, &after, sizeof before);
}

static void pek_gen_makes_the_platform_self_owned(void **state)
{
    struct sev_pek_cert_import parameters;
    struct sev_certificate_chain before;
    struct sev_certificate_chain after;
    struct sev_certificate pdh;

    (void)state;
    to_init();
    platform_owner_prepare(&parameters);
    assert_status(RUN(PEK_CERT_IMPORT, &parameters), SUCCESS);
    export_certificates(&pdh, &before);
    assert_status(RUN_PLAIN(PEK_GEN), SUCCESS);
    assert_int_equal(platform_status().owner, 0);
    export_certificates(&pdh, &after);
    assert_platform_certificates(&pdh, &after);
    assert_chain_verifies(&pdh, &after);
    assert_memory_not_equal(&before.oca, &after.oca, SEV_CERTIFICATE_SIGNED_BYTES);
}

static void pdh_gen_keeps_the_owner(void **state)
{
    struct sev_pek_cert_import parameters;
    struct sev_certificate_chain before;
    struct sev_certificate_chain after;
    struct sev_certificate pdh;

    (void)state;
    to_init();
    platform_owner_prepare(&parameters);
    assert_status(RUN(PEK_CERT_IMPORT, &parameters), SUCCESS);
    export_certificates(&pdh, &before);
    assert_status(RUN_PLAIN(PDH_GEN), SUCCESS);
    export_certificates(&pdh, &after);
    assert_memory_equal(&before, &after, sizeof before);
    assert_chain_verifies(&pdh, &after);
    assert_int_equal(platform_status().owner, 1);
}

static void platform_reset_ends_ownership(void **state)
{
    struct sev_pek_cert_import parameters;

    (void)state;
    to_init();
    platform_owner_prepare(&parameters);
    assert_status(RUN(PEK_CERT_IMPORT, &parameters), SUCCESS);
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
    assert_status(RUN_PLAIN(PLATFORM_RESET), SUCCESS);
    assert_int_equal(platform_status().owner, 0);
}

/** A request made before the PEK was renewed (section 4.7, check 5). */
static void request_for_an_old_pek_is_refused(void **state)
{
    struct sev_pek_cert_import parameters;

    (void)state;
    to_init();
    platform_owner_prepare(&parameters);
    assert_status(RUN_PLAIN(PEK_GEN), SUCCESS);
    assert_refused(PEK_CERT_IMPORT, &parameters, INVALID_CERTIFICATE);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(owner_with_ecdsa_sha256),
    cmocka_unit_test(owner_with_ecdsa_sha384),
    cmocka_unit_test(owner_may_sign_the_second_slot),
    cmocka_unit_test(owner_cannot_change_what_the_cek_signs),
    cmocka_unit_test(owned_platform_is_already_owned),
    cmocka_unit_test(ownership_survives_shutdown),
    cmocka_unit_test(pek_gen_makes_the_platform_self_owned),
    cmocka_unit_test(pdh_gen_keeps_the_owner),
    cmocka_unit_test(platform_reset_ends_ownership),
    cmocka_unit_test(request_for_an_old_pek_is_refused),
};
TEST_GROUP(pek_cert_import, tests);
