/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ECDSA on P-384 (FIPS 186-4 section 6), with a random nonce.
 */
#include <string.h>

#include "crypto/p384_secrets.h"

/* The digest as a number; one of 32 bytes is what it is, below 2^256. */
static bool read_digest(struct p384_scalar *e, const uint8_t *digest, size_t length)
{
    uint8_t bytes[P384_WORDS_BYTES] = {0};
    uint32_t number[P384_WORDS];
    if (length > sizeof(bytes)) {
        return false;
    }
    memcpy(bytes + sizeof(bytes) - length, digest, length);
    p384_words_read(number, bytes);
    p384_scalar_reduce(e, number);
    return true;
}

/* scalar = x coordinate mod n; false when the point has none, or the scalar is 0 */
static bool x_of(struct p384_scalar *scalar, const struct p384_point *point)
{
    uint8_t x[CRYPTO_P384_BYTES];
    uint32_t number[P384_WORDS];
    if (!p384_point_write(point, x, NULL)) {
        return false;
    }
    p384_words_read(number, x);
    p384_scalar_reduce(scalar, number);
    return true;
}

static bool is_zero(const struct p384_scalar *scalar)
{
    return crypto_revealed(p384_words_mask_if_all_zero(scalar->words)) != 0;
}

bool p384_sign_with(const struct p384_scalar *nonce, const struct crypto_p384_key *key,
                    const uint8_t *digest, size_t digest_length,
                    struct crypto_p384_signature *signature)
{
    struct {
        struct p384_scalar d, e, r, s, product, blind;
        struct p384_field z;
        struct p384_point point;
    } s;
    bool done = p384_scalar_read(&s.d, key->d) && read_digest(&s.e, digest, digest_length) &&
                p384_random_scalar(&s.blind) && p384_random_blinding(&s.z);
    if (done) {
        p384_multiply_base(&s.point, nonce, &s.z);
        done = x_of(&s.r, &s.point) && !is_zero(&s.r);
    }
    if (done) {
        /* s = (e + r d) / k, as (blind e + r (blind d)) / (blind k). */
        p384_scalar_multiply(&s.product, &s.blind, &s.d);
        p384_scalar_multiply(&s.product, &s.product, &s.r);
        p384_scalar_multiply(&s.s, &s.blind, &s.e);
        p384_scalar_add(&s.s, &s.s, &s.product);
        p384_scalar_multiply(&s.product, &s.blind, nonce);
        p384_scalar_invert(&s.product, &s.product);
        p384_scalar_multiply(&s.s, &s.s, &s.product);
        p384_words_write(s.r.words, signature->r);
        p384_words_write(s.s.words, signature->s);
        done = !is_zero(&s.s);
    }
    crypto_wipe(&s, sizeof(s));
    if (!done) {
        crypto_wipe(signature, sizeof(*signature));
    }
    return done;
}

bool crypto_p384_sign(const struct crypto_p384_key *key, const uint8_t *digest,
                      size_t digest_length, struct crypto_p384_signature *signature)
{
    struct p384_scalar nonce;
    bool done = p384_random_scalar(&nonce);
    if (done) {
        done = p384_sign_with(&nonce, key, digest, digest_length, signature);
    } else {
        crypto_wipe(signature, sizeof(*signature));
    }
    crypto_wipe(&nonce, sizeof(nonce));
    p384_wipe_stack();
    return done;
}

/* r = x of (e / s) G + (r / s) Q. Nothing here is secret. */
bool crypto_p384_verify(const struct crypto_p384_public *public_key, const uint8_t *digest,
                        size_t digest_length, const struct crypto_p384_signature *signature)
{
    struct p384_affine q;
    struct p384_scalar r;
    struct p384_scalar s;
    struct p384_scalar e;
    struct p384_scalar x;
    struct p384_point sum;
    if (!p384_point_read(&q, public_key) || !p384_scalar_read(&r, signature->r) ||
        !p384_scalar_read(&s, signature->s) || !read_digest(&e, digest, digest_length)) {
        return false;
    }
    p384_scalar_invert(&s, &s);
    p384_scalar_multiply(&e, &e, &s);
    p384_scalar_multiply(&s, &r, &s);
    p384_multiply(&sum, &s, &q, &p384_field_one);
    if (!is_zero(&e)) {
        struct p384_point base;
        struct p384_addend addend;
        p384_multiply_base(&base, &e, &p384_field_one);
        p384_point_prepare(&addend, &base);
        p384_point_add_any(&sum, &sum, &addend);
    }
    return x_of(&x, &sum) && p384_words_mask_if_equal(x.words, r.words) != 0;
}
