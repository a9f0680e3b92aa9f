/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 keys and signatures in the interface's form (p384.h).
 */
#include "tests/snp/p384.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <string.h>

#include "tests/snp/bytes.h"
#include "tests/snp/hash.h"

#define NUMBER 48u /* bytes of a number, */
#define SLOT 72u   /* and of its place */

#define KEY_CURVE 0x000u
#define KEY_X 0x004u
#define KEY_Y 0x04Cu
#define KEY_RESERVED 0x094u
#define CURVE_P384 2u

#define SIGNATURE_R 0x00u
#define SIGNATURE_S 0x48u
#define SIGNATURE_RESERVED 0x90u

#define POINT_BYTES (1u + 2u * NUMBER)
#define POINT_UNCOMPRESSED 4u
#define DER_MAX 128u

EVP_PKEY *witness_p384_make(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-384");

    witness_need(key != NULL);
    return key;
}

/* From point and, if it is there, secret number. @return NULL for what is no key */
static EVP_PKEY *build(const uint8_t point[POINT_BYTES], const BIGNUM *secret)
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;
    const int selection = secret == NULL ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR;

    witness_need(builder != NULL && context != NULL);
    witness_need(
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-384", 0) &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, POINT_BYTES) &&
        (secret == NULL || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, secret)));
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    witness_need(EVP_PKEY_fromdata_init(context) == 1);
    if (EVP_PKEY_fromdata(context, &key, selection, parameters) != 1) {
        key = NULL;
    }
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    return key;
}

EVP_PKEY *witness_p384_from_seed(const uint8_t seed[WITNESS_SEED_BYTES])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    BN_CTX *scratch = BN_CTX_new();
    BIGNUM *limit = BN_dup(EC_GROUP_get0_order(group));
    BIGNUM *d = BN_bin2bn(seed, (int)WITNESS_SEED_BYTES, NULL);
    EC_POINT *point = EC_POINT_new(group);
    uint8_t bytes[POINT_BYTES];

    witness_need(BN_sub_word(limit, 1) == 1 && BN_mod(d, d, limit, scratch) == 1 &&
                 BN_add_word(d, 1) == 1);
    witness_need(EC_POINT_mul(group, point, d, NULL, NULL, scratch) == 1);
    witness_need(EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, bytes,
                                    sizeof bytes, scratch) == sizeof bytes);
    EVP_PKEY *key = build(bytes, d);
    witness_need(key != NULL);
    EC_POINT_free(point);
    BN_clear_free(d);
    BN_free(limit);
    BN_CTX_free(scratch);
    EC_GROUP_free(group);
    return key;
}

void witness_p384_write(const EVP_PKEY *key, uint8_t bytes[WITNESS_PUBLIC_KEY_BYTES])
{
    uint8_t point[POINT_BYTES];
    BIGNUM *x = NULL;
    BIGNUM *y = NULL;

    witness_need(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
                 EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1);
    witness_need(BN_bn2binpad(x, point, (int)NUMBER) == (int)NUMBER &&
                 BN_bn2binpad(y, point + NUMBER, (int)NUMBER) == (int)NUMBER);
    memset(bytes, 0, WITNESS_PUBLIC_KEY_BYTES);
    witness_store32(bytes + KEY_CURVE, CURVE_P384);
    witness_reverse(bytes + KEY_X, point, NUMBER);
    witness_reverse(bytes + KEY_Y, point + NUMBER, NUMBER);
    BN_free(x);
    BN_free(y);
}

EVP_PKEY *witness_p384_read(const uint8_t bytes[WITNESS_PUBLIC_KEY_BYTES])
{
    uint8_t point[POINT_BYTES] = {POINT_UNCOMPRESSED};

    if (witness_load32(bytes + KEY_CURVE) != CURVE_P384 ||
        !witness_is_zero(bytes + KEY_X + NUMBER, SLOT - NUMBER) ||
        !witness_is_zero(bytes + KEY_Y + NUMBER, SLOT - NUMBER) ||
        !witness_is_zero(bytes + KEY_RESERVED, WITNESS_PUBLIC_KEY_BYTES - KEY_RESERVED)) {
        return NULL;
    }
    witness_reverse(point + 1, bytes + KEY_X, NUMBER);
    witness_reverse(point + 1 + NUMBER, bytes + KEY_Y, NUMBER);
    return build(point, NULL);
}

void witness_p384_sign(EVP_PKEY *key, const void *message, size_t length,
                       uint8_t signature[WITNESS_SIGNATURE_BYTES])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t der[DER_MAX];
    uint8_t number[NUMBER];
    size_t der_length = sizeof der;
    const uint8_t *at = der;

    witness_need(EVP_DigestSignInit(context, NULL, EVP_sha384(), NULL, key) == 1 &&
                 EVP_DigestSign(context, der, &der_length, message, length) == 1);
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)der_length);
    witness_need(pair != NULL);
    memset(signature, 0, WITNESS_SIGNATURE_BYTES);
    witness_need(BN_bn2binpad(ECDSA_SIG_get0_r(pair), number, (int)NUMBER) == (int)NUMBER);
    witness_reverse(signature + SIGNATURE_R, number, NUMBER);
    witness_need(BN_bn2binpad(ECDSA_SIG_get0_s(pair), number, (int)NUMBER) == (int)NUMBER);
    witness_reverse(signature + SIGNATURE_S, number, NUMBER);
    ECDSA_SIG_free(pair);
    EVP_MD_CTX_free(context);
}

/* @return the bytes of DER that OpenSSL wants */
static int to_der(const uint8_t signature[WITNESS_SIGNATURE_BYTES], uint8_t der[DER_MAX])
{
    uint8_t number[NUMBER];
    ECDSA_SIG *pair = ECDSA_SIG_new();
    uint8_t *at = der;

    witness_reverse(number, signature + SIGNATURE_R, NUMBER);
    BIGNUM *r = BN_bin2bn(number, (int)NUMBER, NULL);
    witness_reverse(number, signature + SIGNATURE_S, NUMBER);
    BIGNUM *s = BN_bin2bn(number, (int)NUMBER, NULL);
    witness_need(ECDSA_SIG_set0(pair, r, s) == 1);
    const int length = i2d_ECDSA_SIG(pair, &at);
    ECDSA_SIG_free(pair);
    return length;
}

bool witness_p384_verify(EVP_PKEY *key, const void *message, size_t length,
                         const uint8_t signature[WITNESS_SIGNATURE_BYTES])
{
    uint8_t der[DER_MAX];

    if (!witness_is_zero(signature + SIGNATURE_R + NUMBER, SLOT - NUMBER) ||
        !witness_is_zero(signature + SIGNATURE_S + NUMBER, SLOT - NUMBER) ||
        !witness_is_zero(signature + SIGNATURE_RESERVED,
                         WITNESS_SIGNATURE_BYTES - SIGNATURE_RESERVED)) {
        return false;
    }
    const int der_length = to_der(signature, der);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const bool genuine = EVP_DigestVerifyInit(context, NULL, EVP_sha384(), NULL, key) == 1 &&
                         EVP_DigestVerify(context, der, (size_t)der_length, message, length) == 1;
    EVP_MD_CTX_free(context);
    return genuine;
}

void witness_p384_key_digest(const EVP_PKEY *key, uint8_t digest[48])
{
    uint8_t bytes[WITNESS_PUBLIC_KEY_BYTES];

    witness_p384_write(key, bytes);
    witness_sha384(bytes, sizeof bytes, digest);
}
