/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 keys for OpenSSL, from their numbers, and ECDSA verification.
 */
#include "host/provision/p384.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#define POINT_BYTES (1 + 2 * SEV_P384_BYTES)
#define POINT_UNCOMPRESSED 0x04 /* SEC 1, 2.3.3 */
#define DER_MAXIMUM 120         /* Two 49-byte integers with their headers take 106. */

static EVP_PKEY *key_from_parameters(OSSL_PARAM *parameters, bool private)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                          parameters) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    return key;
}

static bool is_valid(EVP_PKEY *key)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    const bool valid = context != NULL && EVP_PKEY_public_check(context) == 1;
    EVP_PKEY_CTX_free(context);
    return valid;
}

EVP_PKEY *provision_p384_pkey(const uint8_t x[SEV_P384_BYTES], const uint8_t y[SEV_P384_BYTES],
                              const uint8_t *d)
{
    uint8_t point[POINT_BYTES] = {POINT_UNCOMPRESSED};
    memcpy(point + 1, x, SEV_P384_BYTES);
    memcpy(point + 1 + SEV_P384_BYTES, y, SEV_P384_BYTES);

    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *number = d != NULL ? BN_secure_new() : NULL;
    const bool have_d = number != NULL && BN_bin2bn(d, (int)SEV_P384_BYTES, number) != NULL;
    if (build != NULL && have_d == (d != NULL) &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-384", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) ==
            1 &&
        (!have_d || OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1)) {
        parameters = OSSL_PARAM_BLD_to_param(build);
    }
    if (parameters != NULL) {
        key = key_from_parameters(parameters, have_d);
    }
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    BN_clear_free(number);
    if (key != NULL && !is_valid(key)) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    return key;
}

/* OpenSSL wants signatures in DER. @return the length, 0 on failure */
static size_t encode_signature(const uint8_t r[SEV_P384_BYTES], const uint8_t s[SEV_P384_BYTES],
                               uint8_t der[DER_MAXIMUM])
{
    int length = 0;
    uint8_t *end = der;
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *first = BN_bin2bn(r, (int)SEV_P384_BYTES, NULL);
    BIGNUM *second = BN_bin2bn(s, (int)SEV_P384_BYTES, NULL);
    if (signature != NULL && first != NULL && second != NULL &&
        ECDSA_SIG_set0(signature, first, second) == 1) {
        first = NULL; /* They now belong to the signature. */
        second = NULL;
        length = i2d_ECDSA_SIG(signature, &end);
    }
    BN_free(first);
    BN_free(second);
    ECDSA_SIG_free(signature);
    return length > 0 ? (size_t)length : 0;
}

bool provision_p384_verify(const uint8_t x[SEV_P384_BYTES], const uint8_t y[SEV_P384_BYTES],
                           enum provision_hash hash, const void *message, size_t length,
                           const uint8_t r[SEV_P384_BYTES], const uint8_t s[SEV_P384_BYTES],
                           struct provision_error *error)
{
    uint8_t der[DER_MAXIMUM];
    EVP_PKEY *key = provision_p384_pkey(x, y, NULL);
    if (key == NULL) {
        return provision_fail_openssl(error, "the public key is not a point of P-384");
    }
    const size_t der_length = encode_signature(r, s, der);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const bool ok =
        der_length > 0 && context != NULL &&
        EVP_DigestVerifyInit_ex(context, NULL, hash == PROVISION_SHA384 ? "SHA384" : "SHA256", NULL,
                                NULL, key, NULL) == 1 &&
        EVP_DigestVerify(context, der, der_length, message, length) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return ok || provision_fail_openssl(error, "the ECDSA signature is wrong");
}
