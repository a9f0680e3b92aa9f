/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The NIST curve P-384: keys, ECDSA (FIPS 186-4) and ECDH (SP 800-56A). Numbers are 48 bytes,
 * big-endian. Every public key from outside is validated here before it is used.
 */
#ifndef CRYPTO_P384_H
#define CRYPTO_P384_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/secret.h"

#define CRYPTO_P384_BYTES 48u
#define CRYPTO_P384_SEED_BYTES 56u /**< 384 bits and the 64 extra bits of FIPS 186-4 B.4.1. */

struct crypto_p384_public {
    uint8_t x[CRYPTO_P384_BYTES];
    uint8_t y[CRYPTO_P384_BYTES];
};

struct crypto_p384_key {
    uint8_t d[CRYPTO_P384_BYTES]; /**< Secret, in [1, n - 1]. */
    struct crypto_p384_public public_key;
};

struct crypto_p384_signature {
    uint8_t r[CRYPTO_P384_BYTES];
    uint8_t s[CRYPTO_P384_BYTES];
};

/**
 * Makes a random key, from a new seed.
 *
 * @return false when the random generator fails; @p key is then zeroed
 */
CRYPTO_CHECKED bool crypto_p384_generate(struct crypto_p384_key *key);

/**
 * Makes the key with d = (seed mod (n - 1)) + 1, seed big-endian.
 *
 * @return false when the random generator (used for blinding) fails; @p key is then zeroed
 */
CRYPTO_CHECKED bool crypto_p384_from_seed(const uint8_t seed[CRYPTO_P384_SEED_BYTES],
                                          struct crypto_p384_key *key);

/**
 * @return true when both coordinates are below p and the point is on the curve (the point at
 *         infinity has no coordinates, and (0, 0) is not on the curve)
 */
CRYPTO_CHECKED bool crypto_p384_is_valid(const struct crypto_p384_public *public_key);

/**
 * Signs a digest with ECDSA; the nonce comes from the random generator.
 *
 * @param digest          @p digest_length bytes, 32 or 48; all of them count
 * @param[out] signature  r and s
 * @return false when the random generator fails; @p signature is then zeroed
 */
CRYPTO_CHECKED bool crypto_p384_sign(const struct crypto_p384_key *key, const uint8_t *digest,
                                     size_t digest_length, struct crypto_p384_signature *signature);

/** @return true when the public key is valid and the signature is by its owner over the digest */
CRYPTO_CHECKED bool crypto_p384_verify(const struct crypto_p384_public *public_key,
                                       const uint8_t *digest, size_t digest_length,
                                       const struct crypto_p384_signature *signature);

/**
 * ECDH: the X coordinate of d * peer.
 *
 * @param[out] shared_secret  48 bytes, to be wiped by the caller
 * @return false when @p peer is not a valid point, or the random generator fails;
 *         @p shared_secret is then zeroed
 */
CRYPTO_CHECKED bool crypto_p384_ecdh(const struct crypto_p384_key *key,
                                     const struct crypto_p384_public *peer,
                                     uint8_t shared_secret[CRYPTO_P384_BYTES]);

#endif
