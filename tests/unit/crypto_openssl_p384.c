/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 by OpenSSL.
 */
#include "crypto_openssl_p384.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

const char openssl_p384_n[] = "ffffffffffffffffffffffffffffffffffffffffffffffff"
                              "c7634d81f4372ddf581a0db248b0a77aecec196accc52973";

EC_GROUP *openssl_p384_group;
BN_CTX *openssl_p384_context;

void openssl_p384_start(void)
{
    openssl_p384_group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    openssl_p384_context = BN_CTX_new();
    assert_true(openssl_p384_group != NULL && openssl_p384_context != NULL);
}

void openssl_p384_stop(void)
{
    EC_GROUP_free(openssl_p384_group);
    BN_CTX_free(openssl_p384_context);
}

/* x and y of d * G. */
void openssl_p384_multiply(const uint8_t d[CRYPTO_P384_BYTES], struct crypto_p384_public *result)
{
    BIGNUM *scalar = BN_bin2bn(d, CRYPTO_P384_BYTES, NULL);
    BIGNUM *x = BN_new();
    BIGNUM *y = BN_new();
    EC_POINT *point = EC_POINT_new(openssl_p384_group);
    assert_int_equal(
        EC_POINT_mul(openssl_p384_group, point, scalar, NULL, NULL, openssl_p384_context), 1);
    assert_int_equal(
        EC_POINT_get_affine_coordinates(openssl_p384_group, point, x, y, openssl_p384_context), 1);
    BN_bn2binpad(x, result->x, CRYPTO_P384_BYTES);
    BN_bn2binpad(y, result->y, CRYPTO_P384_BYTES);
    EC_POINT_free(point);
    BN_free(scalar);
    BN_free(x);
    BN_free(y);
}

EVP_PKEY *openssl_p384_key(const uint8_t *d, const struct crypto_p384_public *public_key)
{
    uint8_t point[1 + sizeof(*public_key)] = {4};
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *scalar = d != NULL ? BN_bin2bn(d, CRYPTO_P384_BYTES, NULL) : NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;
    memcpy(point + 1, public_key, sizeof(*public_key));
    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-384", 0);
    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point));
    if (scalar != NULL) {
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar);
    }
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params), 1);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    BN_free(scalar);
    EVP_PKEY_CTX_free(context);
    return key;
}

bool openssl_p384_verifies(const struct crypto_p384_public *public_key, const uint8_t *digest,
                           size_t length, const struct crypto_p384_signature *signature)
{
    EVP_PKEY *key = openssl_p384_key(NULL, public_key);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    ECDSA_SIG *numbers = ECDSA_SIG_new();
    uint8_t *der = NULL;
    ECDSA_SIG_set0(numbers, BN_bin2bn(signature->r, CRYPTO_P384_BYTES, NULL),
                   BN_bin2bn(signature->s, CRYPTO_P384_BYTES, NULL));
    const int der_length = i2d_ECDSA_SIG(numbers, &der);
    assert_int_equal(EVP_PKEY_verify_init(context), 1);
    const int result = EVP_PKEY_verify(context, der, (size_t)der_length, digest, length);
    OPENSSL_free(der);
    ECDSA_SIG_free(numbers);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(key);
    return result == 1;
}

void openssl_p384_signs(const struct crypto_p384_key *key, const uint8_t *digest, size_t length,
                        struct crypto_p384_signature *signature)
{
    EVP_PKEY *openssl = openssl_p384_key(key->d, &key->public_key);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(openssl, NULL);
    uint8_t der[128];
    const uint8_t *position = der;
    size_t der_length = sizeof(der);
    assert_int_equal(EVP_PKEY_sign_init(context), 1);
    assert_int_equal(EVP_PKEY_sign(context, der, &der_length, digest, length), 1);
    ECDSA_SIG *numbers = d2i_ECDSA_SIG(NULL, &position, (long)der_length);
    BN_bn2binpad(ECDSA_SIG_get0_r(numbers), signature->r, CRYPTO_P384_BYTES);
    BN_bn2binpad(ECDSA_SIG_get0_s(numbers), signature->s, CRYPTO_P384_BYTES);
    ECDSA_SIG_free(numbers);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(openssl);
}
