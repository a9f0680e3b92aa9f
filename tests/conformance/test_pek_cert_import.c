/*
 * PEK_CERT_IMPORT (section 4.7): an external owner takes the platform.
 */
#include <string.h>

#include "host/lib/sev_key.h"
#include "tests/conformance/certificates.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/platform_owner.h"
#include "tests/conformance/states.h"

#define FLIP_STEP 23u
#define FLIP_STEP_QUICK 211u

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

/** What a certificate is changed to before it is signed; all of them are INVALID_CERTIFICATE. */
static const struct {
    const char *what;
    size_t offset;
    uint32_t value;
} wrong_fields[] = {
    {"version 0", offsetof(struct sev_certificate, version), 0},
    {"version 2", offsetof(struct sev_certificate, version), 2},
    {"usage PDH", offsetof(struct sev_certificate, public_key_usage), SEV_USAGE_PDH},
    {"usage CEK", offsetof(struct sev_certificate, public_key_usage), SEV_USAGE_CEK},
    {"usage ARK", offsetof(struct sev_certificate, public_key_usage), SEV_USAGE_ARK},
    {"algorithm ECDH", offsetof(struct sev_certificate, public_key_algorithm),
     SEV_ALGORITHM_ECDH_SHA256},
    {"algorithm 0", offsetof(struct sev_certificate, public_key_algorithm), 0},
    {"curve 0", offsetof(struct sev_certificate, public_key), 0},
    {"curve P-256", offsetof(struct sev_certificate, public_key), SEV_CURVE_P256},
    {"X too large", offsetof(struct sev_certificate, public_key) + 4 + 44, 0xFFFFFFFFu},
    {"X padding", offsetof(struct sev_certificate, public_key) + 4 + 48, 1},
    {"Y padding", offsetof(struct sev_certificate, public_key) + 0x4C + 68, 1u << 31},
    {"key padding", offsetof(struct sev_certificate, public_key) + 0x94, 1},
    {"key padding's end", offsetof(struct sev_certificate, slots) - 4, 1u << 31},
};

static void malformed_certificates_are_refused(void **state)
{
    struct sev_pek_cert_import parameters;

    (void)state;
    to_init();
    EVP_PKEY *key = platform_owner_make(&parameters, SEV_ALGORITHM_ECDSA_SHA256);
    const struct sev_certificate good[2] = {*pek(), *oca()};

    for (size_t i = 0; i < sizeof wrong_fields / sizeof wrong_fields[0]; i++) {
        for (unsigned which = 0; which < 2; which++) {
            struct sev_certificate *certificate = which == 0 ? pek() : oca();

            *pek() = good[0];
            *oca() = good[1];
            memcpy((uint8_t *)certificate + wrong_fields[i].offset, &wrong_fields[i].value, 4);
            sign_certificate(certificate, 0, key, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256);
            assert_refused(PEK_CERT_IMPORT, &parameters, INVALID_CERTIFICATE);
        }
    }
    EVP_PKEY_free(key);
}

/** The point at infinity, and points that are not on the curve (CVE-2019-9836). */
static void points_off_the_curve_are_refused(void **state)
{
    struct sev_pek_cert_import parameters;

    (void)state;
    to_init();
    EVP_PKEY *key = platform_owner_make(&parameters, SEV_ALGORITHM_ECDSA_SHA256);
    const struct sev_certificate good = *oca();

    for (unsigned i = 0; i < 4; i++) {
        struct sev_public_key_ecc *point = &oca()->public_key.ecc;

        *oca() = good;
        if (i == 0) {
            memset(point->qx, 0, sizeof point->qx);
            memset(point->qy, 0, sizeof point->qy);
        } else {
            point->qy[i * 7] ^= (uint8_t)(1u << i);
        }
        sign_certificate(oca(), 0, key, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256);
        assert_refused(PEK_CERT_IMPORT, &parameters, INVALID_CERTIFICATE);
    }
    EVP_PKEY_free(key);
}

/** Exactly one slot is filled, by the OCA, with the OCA's algorithm. */
static void signature_slots_must_be_right(void **state)
{
    struct sev_pek_cert_import parameters;

    (void)state;
    to_init();
    EVP_PKEY *key = platform_owner_make(&parameters, SEV_ALGORITHM_ECDSA_SHA256);
    const struct sev_certificate good[2] = {*pek(), *oca()};

    for (unsigned which = 0; which < 2; which++) {
        for (unsigned i = 0; i < 8; i++) {
            struct sev_certificate *certificate = which == 0 ? pek() : oca();

            *pek() = good[0];
            *oca() = good[1];
            switch (i) {
            case 0: /* none */
                clear_slot(certificate, 0);
                break;
            case 1: /* both */
                sign_certificate(certificate, 1, key, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256);
                break;
            case 2: /* somebody else's usage */
                certificate->slots[0].usage = SEV_USAGE_CEK;
                break;
            case 3: /* another algorithm than the key's */
                sign_certificate(certificate, 0, key, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA384);
                break;
            case 4:
                certificate->slots[0].algorithm = 0;
                break;
            case 5: /* junk behind R, behind S, behind both */
                certificate->slots[0].signature.ecdsa.r[50] = 1;
                break;
            case 6:
                certificate->slots[0].signature.ecdsa.zero[300] = 1;
                break;
            default: /* an empty slot that is not quite empty */
                certificate->slots[1].signature.ecdsa.zero[367] = 1;
                break;
            }
            assert_refused(PEK_CERT_IMPORT, &parameters, INVALID_CERTIFICATE);
        }
    }
    EVP_PKEY_free(key);
}

static void wrong_signatures_are_bad_signature(void **state)
{
    struct sev_pek_cert_import parameters;
    EVP_PKEY *other = sev_key_generate();

    (void)state;
    to_init();
    EVP_PKEY *key = platform_owner_make(&parameters, SEV_ALGORITHM_ECDSA_SHA256);
    const struct sev_certificate good[2] = {*pek(), *oca()};

    for (unsigned which = 0; which < 2; which++) {
        struct sev_certificate *certificate = which == 0 ? pek() : oca();

        sign_certificate(certificate, 0, other, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256);
        assert_refused(PEK_CERT_IMPORT, &parameters, BAD_SIGNATURE);
        *certificate = good[which];
        certificate->api_major ^= 1;
        assert_refused(PEK_CERT_IMPORT, &parameters, BAD_SIGNATURE);
        *certificate = good[which];
        memset(certificate->slots[0].signature.ecdsa.r, 0, 72);
        assert_refused(PEK_CERT_IMPORT, &parameters, BAD_SIGNATURE);
        *certificate = good[which];
        memset(certificate->slots[0].signature.ecdsa.s, 0xFF, SEV_P384_BYTES);
        assert_refused(PEK_CERT_IMPORT, &parameters, BAD_SIGNATURE);
        *certificate = good[which];
    }
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    assert_status(RUN(PEK_CERT_IMPORT, &parameters), SUCCESS);
}

/** No flipped bit is overlooked. */
static void any_flipped_bit_is_noticed(void **state)
{
    const size_t step = suite.quick ? FLIP_STEP_QUICK : FLIP_STEP;
    struct sev_pek_cert_import parameters;

    (void)state;
    to_init();
    platform_owner_prepare(&parameters);
    for (unsigned which = 0; which < 2; which++) {
        uint8_t *bytes = (uint8_t *)(which == 0 ? pek() : oca());

        for (size_t i = 0; i < sizeof(struct sev_certificate); i += step) {
            const uint8_t flipped = (uint8_t)(1u << i % 8);

            bytes[i] ^= flipped;
            const int status = RUN(PEK_CERT_IMPORT, &parameters);

            bytes[i] ^= flipped;
            if (status != SEV_STATUS_INVALID_CERTIFICATE && status != SEV_STATUS_BAD_SIGNATURE) {
                fail_msg("certificate %u, byte %zx: status %x", which, i, (unsigned)status);
            }
        }
    }
    assert_status(RUN(PEK_CERT_IMPORT, &parameters), SUCCESS);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(owner_with_ecdsa_sha256),
    cmocka_unit_test(owner_with_ecdsa_sha384),
    cmocka_unit_test(owner_may_sign_the_second_slot),
    cmocka_unit_test(owned_platform_is_already_owned),
    cmocka_unit_test(ownership_survives_shutdown),
    cmocka_unit_test(pek_gen_makes_the_platform_self_owned),
    cmocka_unit_test(pdh_gen_keeps_the_owner),
    cmocka_unit_test(platform_reset_ends_ownership),
    cmocka_unit_test(request_for_an_old_pek_is_refused),
    cmocka_unit_test(malformed_certificates_are_refused),
    cmocka_unit_test(points_off_the_curve_are_refused),
    cmocka_unit_test(signature_slots_must_be_right),
    cmocka_unit_test(wrong_signatures_are_bad_signature),
    cmocka_unit_test(any_flipped_bit_is_noticed),
};
TEST_GROUP(pek_cert_import, tests);
