/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 keys of SEV certificates as OpenSSL keys.
 */
#include "host/lib/sev_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <string.h>

#define POINT_BYTES (1 + 2 * SEV_P384_BYTES) /* 04h, X, Y */

EVP_PKEY *sev_key_generate(void)
{
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
}

/* Makes a key of an encoded point and, when it is not NULL, a private scalar. */
static EVP_PKEY *key_from_parts(const uint8_t point[POINT_BYTES], const BIGNUM *scalar)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM *parameters = NULL;
    if (builder != NULL && context != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-384", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, POINT_BYTES) ==
            1 &&
        (scalar == NULL ||
         OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1) &&
        (parameters = OSSL_PARAM_BLD_to_param(builder)) != NULL &&
        EVP_PKEY_fromdata_init(context) == 1 &&
        EVP_PKEY_fromdata(context, &key, scalar != NULL ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                          parameters) != 1) {
        key = NULL;
    }
    OSSL_PARAM_free(parameters);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_BLD_free(builder);
    return key;
}

static bool is_valid(EVP_PKEY *key)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    bool valid = context != NULL && EVP_PKEY_public_check(context) == 1;
    EVP_PKEY_CTX_free(context);
    return valid;
}

EVP_PKEY *sev_key_from_scalar(const uint8_t scalar[SEV_P384_BYTES])
{
    EVP_PKEY *key = NULL;
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    EC_POINT *point = group != NULL ? EC_POINT_new(group) : NULL;
    BIGNUM *number = BN_bin2bn(scalar, SEV_P384_BYTES, NULL);
    uint8_t encoded[POINT_BYTES];
    if (point != NULL && number != NULL && !BN_is_zero(number) &&
        BN_cmp(number, EC_GROUP_get0_order(group)) < 0 &&
        EC_POINT_mul(group, point, number, NULL, NULL, NULL) == 1 &&
        EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, encoded, sizeof encoded,
                           NULL) == sizeof encoded) {
        key = key_from_parts(encoded, number);
    }
    BN_clear_free(number);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    return key;
}

static void reverse(uint8_t *to, const uint8_t *from, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        to[i] = from[length - 1 - i];
    }
}

EVP_PKEY *sev_key_from_certificate(const struct sev_public_key_ecc *public_key)
{
    struct sev_public_key_ecc canonical = {.curve = SEV_CURVE_P384};
    memcpy(canonical.qx, public_key->qx, SEV_P384_BYTES);
    memcpy(canonical.qy, public_key->qy, SEV_P384_BYTES);
    if (memcmp(&canonical, public_key, sizeof canonical) != 0) {
        return NULL;
    }
    uint8_t point[POINT_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
    reverse(point + 1, public_key->qx, SEV_P384_BYTES);
    reverse(point + 1 + SEV_P384_BYTES, public_key->qy, SEV_P384_BYTES);
    EVP_PKEY *key = key_from_parts(point, NULL);
    if (key != NULL && !is_valid(key)) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    return key;
}

bool sev_key_to_certificate(const EVP_PKEY *key, struct sev_public_key_ecc *public_key)
{
    uint8_t point[POINT_BYTES];
    size_t length = 0;
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point,
                                        &length) != 1 ||
        length != sizeof point || point[0] != POINT_CONVERSION_UNCOMPRESSED) {
        return false;
    }
    *public_key = (struct sev_public_key_ecc){.curve = SEV_CURVE_P384};
    reverse(public_key->qx, point + 1, SEV_P384_BYTES);
    reverse(public_key->qy, point + 1 + SEV_P384_BYTES, SEV_P384_BYTES);
    return true;
}

bool sev_key_agree(EVP_PKEY *own, EVP_PKEY *peer, uint8_t secret[SEV_P384_BYTES])
{
    size_t length = SEV_P384_BYTES;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, own, NULL);
    bool done = context != NULL && EVP_PKEY_derive_init(context) == 1 &&
                EVP_PKEY_derive_set_peer(context, peer) == 1 &&
                EVP_PKEY_derive(context, secret, &length) == 1 && length == SEV_P384_BYTES;
    EVP_PKEY_CTX_free(context);
    return done;
}

/* A number of a signature; NULL when it is longer than 48 bytes. */
static BIGNUM *number_from_field(const uint8_t field[72])
{
    static const uint8_t zeros[72 - SEV_P384_BYTES];
    return memcmp(field + SEV_P384_BYTES, zeros, sizeof zeros) == 0
               ? BN_lebin2bn(field, SEV_P384_BYTES, NULL)
               : NULL;
}

bool sev_key_verify(EVP_PKEY *key, const EVP_MD *hash, const void *data, size_t length,
                    const uint8_t r[72], const uint8_t s[72])
{
    BIGNUM *numbers[2] = {number_from_field(r), number_from_field(s)};
    ECDSA_SIG *signature = ECDSA_SIG_new();
    if (signature == NULL || numbers[0] == NULL || numbers[1] == NULL ||
        ECDSA_SIG_set0(signature, numbers[0], numbers[1]) != 1) {
        BN_free(numbers[0]);
        BN_free(numbers[1]);
        ECDSA_SIG_free(signature);
        return false;
    }
    uint8_t *der = NULL;
    const int bytes = i2d_ECDSA_SIG(signature, &der);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const bool good = bytes > 0 && context != NULL &&
                      EVP_DigestVerifyInit(context, NULL, hash, NULL, key) == 1 &&
                      EVP_DigestVerify(context, der, (size_t)bytes, data, length) == 1;
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    ECDSA_SIG_free(signature);
    return good;
}

#define SIGNATURE_MAX 128u /* DER: two numbers of at most 49 bytes, and heads. */

static bool number_to_field(const BIGNUM *number, uint8_t field[72])
{
    memset(field, 0, 72);
    return BN_bn2lebinpad(number, field, SEV_P384_BYTES) == (int)SEV_P384_BYTES;
}

bool sev_key_sign(EVP_PKEY *key, const EVP_MD *hash, const void *data, size_t length, uint8_t r[72],
                  uint8_t s[72])
{
    uint8_t der[SIGNATURE_MAX];
    const uint8_t *start = der;
    size_t bytes = sizeof der;
    ECDSA_SIG *signature = NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context != NULL && EVP_DigestSignInit(context, NULL, hash, NULL, key) == 1 &&
        EVP_DigestSign(context, der, &bytes, data, length) == 1) {
        signature = d2i_ECDSA_SIG(NULL, &start, (long)bytes);
    }
    const bool done = signature != NULL && number_to_field(ECDSA_SIG_get0_r(signature), r) &&
                      number_to_field(ECDSA_SIG_get0_s(signature), s);
    ECDSA_SIG_free(signature);
    EVP_MD_CTX_free(context);
    return done;
}
