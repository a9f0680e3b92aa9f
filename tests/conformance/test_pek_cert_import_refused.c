/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PEK_CERT_IMPORT (section 4.7): certificates that are refused.
 */
#include <string.h>

#include "host/lib/sev_key.h"
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
    cmocka_unit_test(malformed_certificates_are_refused),
    cmocka_unit_test(points_off_the_curve_are_refused),
    cmocka_unit_test(signature_slots_must_be_right),
    cmocka_unit_test(wrong_signatures_are_bad_signature),
    cmocka_unit_test(any_flipped_bit_is_noticed),
};
TEST_GROUP(pek_cert_import_refused, tests);
