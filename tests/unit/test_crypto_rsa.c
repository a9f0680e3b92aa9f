/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSASSA-PSS verification of signatures that OpenSSL makes, and what must be refused.
 */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/rsa.h"
#include "crypto_support.h"

#define EXPONENT 0x10001u

/* A key of OpenSSL's and a signature by it. */
struct signer {
    EVP_PKEY *key;
    size_t bytes;
    uint8_t modulus[512];
    uint8_t digest[48];
    uint8_t signature[512];
};

static struct signer signers[2]; /* 2048 and 4096 bits. */

static const EVP_MD *md_of(enum crypto_rsa_hash hash)
{
    return hash == CRYPTO_RSA_SHA256 ? EVP_sha256() : EVP_sha384();
}

static void sign(struct signer *signer, const EVP_MD *md, const EVP_MD *mgf1, int salt_length)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(signer->key, NULL);
    size_t length = sizeof(signer->signature);
    fill(signer->digest, sizeof(signer->digest));
    assert_int_equal(EVP_PKEY_sign_init(context), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING), 1);
    assert_int_equal(EVP_PKEY_CTX_set_signature_md(context, md), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_mgf1_md(context, mgf1), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt_length), 1);
    assert_int_equal(EVP_PKEY_sign(context, signer->signature, &length, signer->digest,
                                   (size_t)EVP_MD_get_size(md)),
                     1);
    assert_int_equal(length, signer->bytes);
    EVP_PKEY_CTX_free(context);
}

static bool verify(const struct signer *signer, enum crypto_rsa_hash hash)
{
    return crypto_rsa_pss_verify(hash, signer->modulus, signer->bytes, EXPONENT, signer->digest,
                                 signer->signature);
}

static bool take_modulus(struct signer *signer, unsigned int bits)
{
    BIGNUM *n = NULL;
    signer->bytes = (bits + 7) / 8;
    if (EVP_PKEY_get_bn_param(signer->key, OSSL_PKEY_PARAM_RSA_N, &n) != 1) {
        return false;
    }
    BN_bn2binpad(n, signer->modulus, (int)signer->bytes);
    BN_free(n);
    return true;
}

static bool new_key(struct signer *signer, unsigned int bits)
{
    signer->key = EVP_RSA_gen(bits);
    return take_modulus(signer, bits);
}

/* A key with another public exponent. */
static bool new_key_with(struct signer *signer, unsigned int bits, uint32_t exponent)
{
    BIGNUM *e = BN_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    signer->key = NULL;
    assert_int_equal(BN_set_word(e, exponent), 1);
    assert_int_equal(EVP_PKEY_keygen_init(context), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(context, (int)bits), 1);
    assert_int_equal(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, e), 1);
    assert_int_equal(EVP_PKEY_generate(context, &signer->key), 1);
    EVP_PKEY_CTX_free(context);
    BN_free(e);
    return take_modulus(signer, bits);
}

static int start(void **state)
{
    (void)state;
    crypto_start();
    return new_key(&signers[0], 2048) && new_key(&signers[1], 4096) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    EVP_PKEY_free(signers[0].key);
    EVP_PKEY_free(signers[1].key);
    return 0;
}

static void signatures_of_openssl_are_valid(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (enum crypto_rsa_hash hash = CRYPTO_RSA_SHA256; hash <= CRYPTO_RSA_SHA384; hash++) {
            sign(&signers[i], md_of(hash), md_of(hash), EVP_MD_get_size(md_of(hash)));
            assert_true(verify(&signers[i], hash));
            /* The other hash: another digest length, MGF1 and salt. */
            assert_false(verify(&signers[i],
                                hash == CRYPTO_RSA_SHA256 ? CRYPTO_RSA_SHA384 : CRYPTO_RSA_SHA256));
        }
    }
}

static void salt_is_as_long_as_the_digest(void **state)
{
    (void)state;
    static const int lengths[] = {0, 20, 47, 49, 64};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        sign(&signers[0], EVP_sha384(), EVP_sha384(), lengths[i]);
        assert_false(verify(&signers[0], CRYPTO_RSA_SHA384));
    }
}

static void mgf1_uses_the_same_hash(void **state)
{
    (void)state;
    sign(&signers[0], EVP_sha384(), EVP_sha256(), 48);
    assert_false(verify(&signers[0], CRYPTO_RSA_SHA384));
}

static void every_wrong_byte_spoils_a_signature(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct signer *signer = &signers[i];
        sign(signer, EVP_sha384(), EVP_sha384(), 48);
        for (size_t byte = 0; byte < signer->bytes; byte++) {
            signer->signature[byte] ^= (uint8_t)(1u << (byte % 8));
            assert_false(verify(signer, CRYPTO_RSA_SHA384));
            signer->signature[byte] ^= (uint8_t)(1u << (byte % 8));
        }
        for (size_t byte = 0; byte < sizeof(signer->digest); byte++) {
            signer->digest[byte] ^= (uint8_t)(1u << (byte % 8));
            assert_false(verify(signer, CRYPTO_RSA_SHA384));
            signer->digest[byte] ^= (uint8_t)(1u << (byte % 8));
        }
        assert_true(verify(signer, CRYPTO_RSA_SHA384));
    }
}

static void another_key_is_refused(void **state)
{
    (void)state;
    struct signer *signer = &signers[0];
    sign(signer, EVP_sha256(), EVP_sha256(), 32);
    for (size_t byte = 0; byte < signer->bytes; byte += 5) {
        signer->modulus[byte] ^= 2;
        assert_false(verify(signer, CRYPTO_RSA_SHA256));
        signer->modulus[byte] ^= 2;
    }
    static const uint32_t exponents[] = {0, 1, 2, 3, 0x10000, 0x10003, 0xffffffff};
    for (size_t i = 0; i < sizeof(exponents) / sizeof(exponents[0]); i++) {
        assert_false(crypto_rsa_pss_verify(CRYPTO_RSA_SHA256, signer->modulus, signer->bytes,
                                           exponents[i], signer->digest, signer->signature));
    }
    assert_true(verify(signer, CRYPTO_RSA_SHA256));
}

/* Proper signatures, by keys that nobody should have. */
static void other_exponents_are_refused(void **state)
{
    static const uint32_t exponents[] = {3, 17, 65539};
    (void)state;
    for (size_t i = 0; i < sizeof(exponents) / sizeof(exponents[0]); i++) {
        struct signer signer;
        assert_true(new_key_with(&signer, 2048, exponents[i]));
        sign(&signer, EVP_sha384(), EVP_sha384(), 48);
        assert_false(crypto_rsa_pss_verify(CRYPTO_RSA_SHA384, signer.modulus, signer.bytes,
                                           exponents[i], signer.digest, signer.signature));
        EVP_PKEY_free(signer.key);
    }
}

static void unsuitable_moduli_are_refused(void **state)
{
    (void)state;
    struct signer copy = signers[0];
    sign(&copy, EVP_sha384(), EVP_sha384(), 48);
    assert_true(verify(&copy, CRYPTO_RSA_SHA384));
    copy.modulus[255] &= 0xfe; /* Even. */
    assert_false(verify(&copy, CRYPTO_RSA_SHA384));
    copy.modulus[255] |= 1;
    copy.modulus[0] &= 0x7f; /* One bit short. */
    assert_false(verify(&copy, CRYPTO_RSA_SHA384));
    memset(copy.modulus, 0, sizeof(copy.modulus));
    assert_false(verify(&copy, CRYPTO_RSA_SHA384));
    copy = signers[0];
    static const size_t lengths[] = {0, 1, 128, 255, 257, 384, 511};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        copy.bytes = lengths[i];
        assert_false(verify(&copy, CRYPTO_RSA_SHA384));
    }
}

/* A proper signature, but the key is a bit shorter than its bytes say. */
static void modulus_without_its_top_bit_is_refused(void **state)
{
    (void)state;
    struct signer signer;
    assert_true(new_key(&signer, 2047));
    sign(&signer, EVP_sha384(), EVP_sha384(), 48);
    assert_false(verify(&signer, CRYPTO_RSA_SHA384));
    EVP_PKEY_free(signer.key);
}

static void signature_from_the_modulus_on_is_refused(void **state)
{
    (void)state;
    struct signer *signer = &signers[1];
    sign(signer, EVP_sha384(), EVP_sha384(), 48);
    memcpy(signer->signature, signer->modulus, signer->bytes);
    assert_false(verify(signer, CRYPTO_RSA_SHA384));
    memset(signer->signature, 0xff, signer->bytes);
    assert_false(verify(signer, CRYPTO_RSA_SHA384));
    memset(signer->signature, 0, signer->bytes);
    assert_false(verify(signer, CRYPTO_RSA_SHA384));
}

static void unknown_hash_is_refused(void **state)
{
    (void)state;
    sign(&signers[0], EVP_sha384(), EVP_sha384(), 48);
    assert_false(verify(&signers[0], (enum crypto_rsa_hash)2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_of_openssl_are_valid),
        cmocka_unit_test(salt_is_as_long_as_the_digest),
        cmocka_unit_test(mgf1_uses_the_same_hash),
        cmocka_unit_test(every_wrong_byte_spoils_a_signature),
        cmocka_unit_test(another_key_is_refused),
        cmocka_unit_test(other_exponents_are_refused),
        cmocka_unit_test(unsuitable_moduli_are_refused),
        cmocka_unit_test(modulus_without_its_top_bit_is_refused),
        cmocka_unit_test(signature_from_the_modulus_on_is_refused),
        cmocka_unit_test(unknown_hash_is_refused),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
