/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV certificates (sections 6.2 to 6.4): what is made, what is refused, and OpenSSL's opinion.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/certificate.h"
#include "firmware/platform/chip.h"

#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_oracle.h"

static struct oracle_key key;
static struct sev_certificate certificate;
static struct crypto_p384_public public_key;

/** A certificate for a random key, made and signed in slot 1 by OpenSSL. */
static int make(void **state)
{
    (void)board_boot(state);
    oracle_generate(&key);
    oracle_certificate(&certificate, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, &key);
    oracle_sign(&certificate, 0, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, &key);
    memcpy(public_key.x, key.x, sizeof(key.x));
    memcpy(public_key.y, key.y, sizeof(key.y));
    return 0;
}

static enum sev_status verify(enum sev_algorithm algorithm)
{
    return certificate_verify(&certificate, SEV_USAGE_OCA, algorithm, &public_key);
}

static bool is_oca(void)
{
    struct crypto_p384_public found;

    return certificate_is(&certificate, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, &found) &&
           memcmp(&found, &public_key, sizeof(found)) == 0;
}

static void certificate_of_openssl_is_accepted(void **state)
{
    (void)state;
    assert_true(is_oca());
    assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_SUCCESS);
    assert_false(certificate_slot_is_empty(&certificate, 0));
    assert_true(certificate_slot_is_empty(&certificate, 1));
}

static void sha384_signature_is_accepted_in_either_slot(void **state)
{
    (void)state;
    for (uint32_t slot = 0; slot < 2; slot++) {
        oracle_certificate(&certificate, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA384, &key);
        oracle_sign(&certificate, slot, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA384, &key);
        assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA384), SEV_STATUS_SUCCESS);
        assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_INVALID_CERTIFICATE);
    }
}

static void certificate_of_the_firmware_is_what_openssl_makes(void **state)
{
    struct crypto_p384_key own;
    struct oracle_key same;
    struct sev_certificate made;
    struct sev_certificate expected;

    (void)state;
    assert_true(crypto_p384_generate(&own));
    memcpy(same.d, own.d, sizeof(same.d));
    oracle_public(&same);
    memset(&made, 0xAA, sizeof(made));
    certificate_make(&made, SEV_USAGE_PEK, SEV_ALGORITHM_ECDSA_SHA256, &own.public_key);
    oracle_certificate(&expected, SEV_USAGE_PEK, SEV_ALGORITHM_ECDSA_SHA256, &same);
    assert_memory_equal(&made, &expected, sizeof(made));
    for (uint32_t slot = 0; slot < 2; slot++) {
        assert_true(certificate_sign(&made, slot, SEV_USAGE_PEK, &own));
        assert_true(oracle_verify(&made, slot, SEV_USAGE_PEK, &made));
    }
    certificate_clear_slot(&made, 0);
    certificate_clear_slot(&made, 1);
    assert_memory_equal(&made, &expected, sizeof(made));
}

static void bytes_are_signed_with_the_hash_that_is_asked_for(void **state)
{
    static const enum sev_algorithm algorithms[] = {SEV_ALGORITHM_ECDSA_SHA256,
                                                    SEV_ALGORITHM_ECDSA_SHA384};
    struct sev_signature_slot *slot = &certificate.slots[1];
    struct crypto_p384_key own;

    (void)state;
    memcpy(own.d, key.d, sizeof(own.d));
    own.public_key = public_key;
    for (size_t i = 0; i < 2; i++) {
        struct sev_certificate signer = certificate;

        signer.public_key_algorithm = (uint32_t)algorithms[i];
        certificate_clear_slot(&certificate, 1);
        slot->usage = SEV_USAGE_OCA;
        slot->algorithm = (uint32_t)algorithms[i];
        memset(slot->signature.ecdsa.r, 0xA5, sizeof(slot->signature.ecdsa.r));
        assert_true(certificate_sign_bytes(&own, algorithms[i], &certificate,
                                           SEV_CERTIFICATE_SIGNED_BYTES, slot->signature.ecdsa.r,
                                           slot->signature.ecdsa.s));
        assert_true(oracle_verify(&certificate, 1, SEV_USAGE_OCA, &signer));
        slot->algorithm = (uint32_t)algorithms[1 - i];
        signer.public_key_algorithm = (uint32_t)algorithms[1 - i];
        assert_false(oracle_verify(&certificate, 1, SEV_USAGE_OCA, &signer));
    }
}

static void only_ecdsa_signs_and_verifies(void **state)
{
    static const enum sev_algorithm others[] = {SEV_ALGORITHM_INVALID, SEV_ALGORITHM_RSA_SHA256,
                                                SEV_ALGORITHM_RSA_SHA384, SEV_ALGORITHM_ECDH_SHA256,
                                                SEV_ALGORITHM_ECDH_SHA384};
    const struct sev_certificate before = certificate;
    struct crypto_p384_key own;

    (void)state;
    memcpy(own.d, key.d, sizeof(own.d));
    own.public_key = public_key;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct sev_signature_ecdsa *fields = &certificate.slots[1].signature.ecdsa;

        assert_false(certificate_sign_bytes(&own, others[i], &certificate,
                                            SEV_CERTIFICATE_SIGNED_BYTES, fields->r, fields->s));
        assert_memory_equal(&certificate, &before, sizeof(before));
        certificate.slots[0].algorithm = (uint32_t)others[i];
        assert_int_equal(verify(others[i]), SEV_STATUS_INVALID_CERTIFICATE);
        certificate = before;
    }
}

static void every_signed_byte_counts(void **state)
{
    uint8_t *bytes = (uint8_t *)&certificate;

    (void)state;
    for (size_t i = 0; i < SEV_CERTIFICATE_SIGNED_BYTES; i += 13) {
        bytes[i] ^= 0x20;
        assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_BAD_SIGNATURE);
        bytes[i] ^= 0x20;
    }
}

static void every_signature_byte_counts(void **state)
{
    struct sev_signature_ecdsa *signature = &certificate.slots[0].signature.ecdsa;

    (void)state;
    for (size_t i = 0; i < 48; i += 5) {
        signature->r[i] ^= 1;
        assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_BAD_SIGNATURE);
        signature->r[i] ^= 1;
        signature->s[i] ^= 1;
        assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_BAD_SIGNATURE);
        signature->s[i] ^= 1;
    }
    assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_SUCCESS);
}

static void degenerate_signatures_are_bad(void **state)
{
    static const uint8_t order[48] = {/* n of P-384, little-endian as in a certificate */
                                      0x73, 0x29, 0xC5, 0xCC, 0x6A, 0x19, 0xEC, 0xEC, 0x7A, 0xA7,
                                      0xB0, 0x48, 0xB2, 0x0D, 0x1A, 0x58, 0xDF, 0x2D, 0x37, 0xF4,
                                      0x81, 0x4D, 0x63, 0xC7, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                      0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                      0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    struct sev_signature_ecdsa *signature = &certificate.slots[0].signature.ecdsa;
    const struct sev_signature_ecdsa good = *signature;

    (void)state;
    memset(signature, 0, sizeof(*signature));
    assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_BAD_SIGNATURE);
    *signature = good;
    memset(signature->r, 0, 48);
    assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_BAD_SIGNATURE);
    *signature = good;
    memcpy(signature->s, order, 48);
    assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_BAD_SIGNATURE);
    *signature = good;
    memset(signature->r, 0xFF, 48);
    memset(signature->s, 0xFF, 48);
    assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_BAD_SIGNATURE);
}

static void junk_behind_the_numbers_is_no_certificate(void **state)
{
    struct sev_public_key_ecc *ecc = &certificate.public_key.ecc;
    struct sev_signature_ecdsa *signature = &certificate.slots[0].signature.ecdsa;
    uint8_t *const junk[] = {&ecc->qx[48], &ecc->qx[71],  &ecc->qy[48],
                             &ecc->qy[71], &ecc->zero[0], &ecc->zero[879]};
    uint8_t *const signature_junk[] = {&signature->r[48],   &signature->r[71],
                                       &signature->s[48],   &signature->s[71],
                                       &signature->zero[0], &signature->zero[367]};

    (void)state;
    for (size_t i = 0; i < sizeof(junk) / sizeof(junk[0]); i++) {
        *junk[i] = 1;
        assert_false(is_oca());
        *junk[i] = 0;
    }
    for (size_t i = 0; i < sizeof(signature_junk) / sizeof(signature_junk[0]); i++) {
        *signature_junk[i] = 1;
        assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_INVALID_CERTIFICATE);
        *signature_junk[i] = 0;
    }
    assert_true(is_oca());
}

static void wrong_version_usage_algorithm_or_curve_is_refused(void **state)
{
    const struct sev_certificate good = certificate;

    (void)state;
    certificate.version = 0;
    assert_false(is_oca());
    certificate = good;
    certificate.version = 2;
    assert_false(is_oca());
    certificate = good;
    certificate.public_key_usage = SEV_USAGE_PEK;
    assert_false(is_oca());
    certificate = good;
    certificate.public_key_algorithm = SEV_ALGORITHM_ECDH_SHA256;
    assert_false(is_oca());
    certificate = good;
    certificate.public_key.ecc.curve = SEV_CURVE_P256;
    assert_false(is_oca());
    certificate.public_key.ecc.curve = SEV_CURVE_INVALID;
    assert_false(is_oca());
    certificate.public_key.ecc.curve = SEV_CURVE_P384 | 0x100;
    assert_false(is_oca());
}

static void slot_counts_by_usage_and_algorithm(void **state)
{
    (void)state;
    certificate.slots[0].usage = SEV_USAGE_PEK;
    assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_INVALID_CERTIFICATE);
    certificate.slots[0].usage = SEV_USAGE_INVALID;
    assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_INVALID_CERTIFICATE);
    assert_false(certificate_slot_is_empty(&certificate, 0));
    certificate.slots[0].usage = SEV_USAGE_OCA;
    certificate.slots[0].algorithm = SEV_ALGORITHM_ECDSA_SHA384;
    assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA256), SEV_STATUS_INVALID_CERTIFICATE);
    assert_int_equal(verify(SEV_ALGORITHM_ECDSA_SHA384), SEV_STATUS_BAD_SIGNATURE);
}

static void empty_slot_is_all_empty(void **state)
{
    (void)state;
    assert_true(certificate_slot_is_empty(&certificate, 1));
    certificate.slots[1].algorithm = 1;
    assert_false(certificate_slot_is_empty(&certificate, 1));
    certificate.slots[1].algorithm = 0;
    certificate.slots[1].usage = 0;
    assert_false(certificate_slot_is_empty(&certificate, 1));
    certificate.slots[1].usage = SEV_USAGE_INVALID;
    certificate.slots[1].signature.rsa[511] = 1;
    assert_false(certificate_slot_is_empty(&certificate, 1));
}

static void chip_certificate_and_id_are_derived_from_the_fuses(void **state)
{
    uint8_t seed[56];
    uint8_t id[64];
    struct sev_certificate cek;
    struct oracle_key derived;

    (void)state;
    oracle_kdf(hosted_fuses()->chip_secret, 32, SEV_LABEL_CEK, NULL, 0, seed, sizeof(seed));
    chip_cek_certificate(&cek);
    oracle_from_seed(&derived, seed);
    oracle_certificate(&certificate, SEV_USAGE_CEK, SEV_ALGORITHM_ECDSA_SHA256, &derived);
    certificate.api_major = 0; /* As the ASK has signed it, whichever version this firmware is. */
    certificate.api_minor = 24;
    assert_memory_equal(&cek, &certificate, sizeof(cek));
    chip_id(0, id);
    oracle_check_chip_id(&derived, id);
}

#define TEST(name) cmocka_unit_test_setup(name, make)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(certificate_of_openssl_is_accepted),
        TEST(sha384_signature_is_accepted_in_either_slot),
        TEST(certificate_of_the_firmware_is_what_openssl_makes),
        TEST(bytes_are_signed_with_the_hash_that_is_asked_for),
        TEST(only_ecdsa_signs_and_verifies),
        TEST(every_signed_byte_counts),
        TEST(every_signature_byte_counts),
        TEST(degenerate_signatures_are_bad),
        TEST(junk_behind_the_numbers_is_no_certificate),
        TEST(wrong_version_usage_algorithm_or_curve_is_refused),
        TEST(slot_counts_by_usage_and_algorithm),
        TEST(empty_slot_is_all_empty),
        TEST(chip_certificate_and_id_are_derived_from_the_fuses),
    };

    return cmocka_run_group_tests_name("certificates", tests, NULL, NULL);
}
