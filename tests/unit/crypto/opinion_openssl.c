/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 by OpenSSL (second_opinions.h). The interface of points, which takes raw numbers, is the
 * shortest way; ECDSA is written out, so that the nonce can be given.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <stdlib.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>

#include "tests/unit/crypto/second_opinions.h"

static EC_GROUP *group;
static const BIGNUM *n;
static BN_CTX *context;

static void require(bool done)
{
    if (!done) {
        abort();
    }
}

static void start(void)
{
    if (group == NULL) {
        group = EC_GROUP_new_by_curve_name(NID_secp384r1);
        context = BN_CTX_new();
        require(group != NULL && context != NULL);
        n = EC_GROUP_get0_order(group);
    }
}

static BIGNUM *read(const uint8_t *bytes, size_t length)
{
    BIGNUM *number = BN_bin2bn(bytes, (int)length, NULL);
    require(number != NULL);
    return number;
}

static void write(const BIGNUM *number, uint8_t bytes[CRYPTO_P384_BYTES])
{
    require(BN_bn2binpad(number, bytes, CRYPTO_P384_BYTES) == CRYPTO_P384_BYTES);
}

static bool is_scalar(const BIGNUM *number)
{
    return !BN_is_zero(number) && BN_cmp(number, n) < 0;
}

/* The point, or NULL when there is none with these coordinates. */
static EC_POINT *read_point(const struct crypto_p384_public *public_key)
{
    EC_POINT *point = EC_POINT_new(group);
    uint8_t bytes[1 + sizeof *public_key] = {4};
    const uint8_t *xy = (const uint8_t *)public_key;
    for (size_t i = 0; i < sizeof *public_key; i++) {
        bytes[1 + i] = xy[i];
    }
    require(point != NULL);
    if (EC_POINT_oct2point(group, point, bytes, sizeof bytes, context) != 1) {
        EC_POINT_free(point);
        return NULL;
    }
    return point;
}

/* Coordinates of d point, or of d G; y may be NULL. */
static bool multiply(const BIGNUM *d, const EC_POINT *point, uint8_t *x, uint8_t *y)
{
    if (!is_scalar(d)) {
        return false;
    }
    EC_POINT *product = EC_POINT_new(group);
    BIGNUM *number_x = BN_new();
    BIGNUM *number_y = BN_new();
    require(EC_POINT_mul(group, product, point == NULL ? d : NULL, point, point == NULL ? NULL : d,
                         context) == 1);
    require(EC_POINT_get_affine_coordinates(group, product, number_x, number_y, context) == 1);
    write(number_x, x);
    if (y != NULL) {
        write(number_y, y);
    }
    BN_free(number_x);
    BN_free(number_y);
    EC_POINT_free(product);
    return true;
}

static bool public_key_of(const uint8_t d[CRYPTO_P384_BYTES], struct crypto_p384_public *public_key)
{
    BIGNUM *scalar = read(d, CRYPTO_P384_BYTES);
    const bool done = multiply(scalar, NULL, public_key->x, public_key->y);
    BN_free(scalar);
    return done;
}

static bool is_valid(const struct crypto_p384_public *public_key)
{
    EC_POINT *point = read_point(public_key);
    EC_POINT_free(point);
    return point != NULL;
}

static bool ecdh(const uint8_t d[CRYPTO_P384_BYTES], const struct crypto_p384_public *peer,
                 uint8_t shared_secret[CRYPTO_P384_BYTES])
{
    BIGNUM *scalar = read(d, CRYPTO_P384_BYTES);
    EC_POINT *point = read_point(peer);
    const bool done = point != NULL && multiply(scalar, point, shared_secret, NULL);
    EC_POINT_free(point);
    BN_free(scalar);
    return done;
}

static bool sign(const uint8_t d[CRYPTO_P384_BYTES], const uint8_t nonce[CRYPTO_P384_BYTES],
                 const uint8_t *digest, size_t length, struct crypto_p384_signature *signature)
{
    BIGNUM *key = read(d, CRYPTO_P384_BYTES);
    BIGNUM *k = read(nonce, CRYPTO_P384_BYTES);
    BIGNUM *s = read(digest, length);
    const bool done = is_scalar(key) && multiply(k, NULL, signature->r, NULL);
    if (done) {
        BIGNUM *r = read(signature->r, CRYPTO_P384_BYTES);
        require(BN_nnmod(r, r, n, context) && BN_mod_mul(key, key, r, n, context) &&
                BN_mod_add(s, s, key, n, context) && BN_mod_inverse(k, k, n, context) != NULL &&
                BN_mod_mul(s, s, k, n, context));
        write(r, signature->r);
        write(s, signature->s);
        BN_free(r);
    }
    BN_free(s);
    BN_free(k);
    BN_free(key);
    return done;
}

static bool verify(const struct crypto_p384_public *public_key, const uint8_t *digest,
                   size_t length, const struct crypto_p384_signature *signature)
{
    EC_POINT *point = read_point(public_key);
    EC_KEY *key = EC_KEY_new();
    ECDSA_SIG *numbers = ECDSA_SIG_new();
    require(key != NULL && numbers != NULL && EC_KEY_set_group(key, group) == 1);
    require(ECDSA_SIG_set0(numbers, read(signature->r, CRYPTO_P384_BYTES),
                           read(signature->s, CRYPTO_P384_BYTES)) == 1);
    const bool valid = point != NULL && EC_KEY_set_public_key(key, point) == 1 &&
                       ECDSA_do_verify(digest, (int)length, numbers, key) == 1;
    ECDSA_SIG_free(numbers);
    EC_KEY_free(key);
    EC_POINT_free(point);
    return valid;
}

const struct opinion opinion_openssl = {
    .name = "OpenSSL",
    .start = start,
    .public_key = public_key_of,
    .is_valid = is_valid,
    .ecdh = ecdh,
    .sign = sign,
    .verify = verify,
};
