/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ECDSA with the nonce of RFC 6979, 3.2 (ecdsa.h). OpenSSL has it from version 3.2 on only; digest and
 * order of the curve have the same length, which makes much of that section simple.
 */
#include "host/vectors/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/obj_mac.h>
#include <string.h>

const uint8_t vectors_p384_order[SEV_P384_BYTES] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37, 0x2D, 0xDF,
    0x58, 0x1A, 0x0D, 0xB2, 0x48, 0xB0, 0xA7, 0x7A, 0xEC, 0xEC, 0x19, 0x6A, 0xCC, 0xC5, 0x29, 0x73,
};

/* State of the generator: K and V. */
struct generator {
    uint8_t k[VECTORS_DIGEST_BYTES];
    uint8_t v[VECTORS_DIGEST_BYTES];
};

/* HMAC_K(bytes). */
static bool mac(const struct generator *generator, const uint8_t *bytes, size_t length,
                uint8_t output[VECTORS_DIGEST_BYTES])
{
    unsigned int written = 0;
    return HMAC(EVP_sha384(), generator->k, (int)sizeof generator->k, bytes, length, output,
                &written) != NULL &&
           written == VECTORS_DIGEST_BYTES;
}

/* K = HMAC_K(V || mark || more); V = HMAC_K(V). */
static bool stir(struct generator *generator, uint8_t mark, const uint8_t *more, size_t length)
{
    uint8_t bytes[VECTORS_DIGEST_BYTES + 1 + SEV_P384_BYTES + VECTORS_DIGEST_BYTES];
    uint8_t k[VECTORS_DIGEST_BYTES];
    memcpy(bytes, generator->v, sizeof generator->v);
    bytes[sizeof generator->v] = mark;
    if (length > 0) {
        memcpy(bytes + sizeof generator->v + 1, more, length);
    }
    bool ok = mac(generator, bytes, sizeof generator->v + 1 + length, k);
    memcpy(generator->k, k, sizeof k);
    ok = ok && mac(generator, generator->v, sizeof generator->v, k);
    memcpy(generator->v, k, sizeof k);
    OPENSSL_cleanse(bytes, sizeof bytes);
    OPENSSL_cleanse(k, sizeof k);
    return ok;
}

/* Steps a to f. @param e  the digest as a number below the order */
static bool start(struct generator *generator, const uint8_t d[SEV_P384_BYTES], const BIGNUM *e)
{
    uint8_t both[SEV_P384_BYTES + VECTORS_DIGEST_BYTES];
    memset(generator->v, 0x01, sizeof generator->v);
    memset(generator->k, 0x00, sizeof generator->k);
    memcpy(both, d, SEV_P384_BYTES);
    const bool ok = BN_bn2binpad(e, both + SEV_P384_BYTES, (int)VECTORS_DIGEST_BYTES) ==
                        (int)VECTORS_DIGEST_BYTES &&
                    stir(generator, 0x00, both, sizeof both) &&
                    stir(generator, 0x01, both, sizeof both);
    OPENSSL_cleanse(both, sizeof both);
    return ok;
}

/* Step h: the next number from 1 to the order - 1. */
static bool next(struct generator *generator, const BIGNUM *order, BIGNUM *k)
{
    for (;;) {
        uint8_t v[VECTORS_DIGEST_BYTES];
        if (!mac(generator, generator->v, sizeof generator->v, v)) {
            return false;
        }
        memcpy(generator->v, v, sizeof v);
        if (BN_bin2bn(v, (int)sizeof v, k) == NULL) {
            return false;
        }
        if (!BN_is_zero(k) && BN_cmp(k, order) < 0) {
            return true;
        }
        if (!stir(generator, 0x00, NULL, 0)) {
            return false;
        }
    }
}

/* r = x(k G) mod n, s = (e + r d) / k mod n. Neither is 0 for any nonce that anybody will meet. */
static bool sign(const EC_GROUP *group, const BIGNUM *k, const BIGNUM *d, const BIGNUM *e,
                 struct vectors_signature *signature, BN_CTX *context)
{
    const BIGNUM *order = EC_GROUP_get0_order(group);
    EC_POINT *point = EC_POINT_new(group);
    BIGNUM *r = BN_CTX_get(context);
    BIGNUM *s = BN_CTX_get(context);
    BIGNUM *inverse = BN_CTX_get(context);
    const bool ok = point != NULL && inverse != NULL &&
                    EC_POINT_mul(group, point, k, NULL, NULL, context) == 1 &&
                    EC_POINT_get_affine_coordinates(group, point, r, NULL, context) == 1 &&
                    BN_nnmod(r, r, order, context) == 1 && !BN_is_zero(r) &&
                    BN_mod_mul(s, r, d, order, context) == 1 &&
                    BN_mod_add(s, s, e, order, context) == 1 &&
                    BN_mod_inverse(inverse, k, order, context) != NULL &&
                    BN_mod_mul(s, s, inverse, order, context) == 1 && !BN_is_zero(s) &&
                    BN_bn2binpad(r, signature->r, (int)SEV_P384_BYTES) > 0 &&
                    BN_bn2binpad(s, signature->s, (int)SEV_P384_BYTES) > 0;
    EC_POINT_free(point);
    return ok;
}

bool vectors_ecdsa_sign(const uint8_t d[SEV_P384_BYTES], const uint8_t digest[VECTORS_DIGEST_BYTES],
                        struct vectors_signature *signature, struct provision_error *error)
{
    struct generator generator;
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    BN_CTX *context = BN_CTX_new();
    bool ok = group != NULL && context != NULL;
    if (ok) {
        BN_CTX_start(context);
        BIGNUM *key = BN_CTX_get(context);
        BIGNUM *e = BN_CTX_get(context);
        BIGNUM *k = BN_CTX_get(context);
        ok = k != NULL && BN_bin2bn(d, (int)SEV_P384_BYTES, key) != NULL &&
             BN_bin2bn(digest, (int)VECTORS_DIGEST_BYTES, e) != NULL &&
             BN_nnmod(e, e, EC_GROUP_get0_order(group), context) == 1 && start(&generator, d, e) &&
             next(&generator, EC_GROUP_get0_order(group), k) &&
             sign(group, k, key, e, signature, context);
        BN_CTX_end(context);
    }
    BN_CTX_free(context);
    EC_GROUP_free(group);
    OPENSSL_cleanse(&generator, sizeof generator);
    return ok || provision_fail_openssl(error, "cannot sign");
}
