/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the P-384 files share: conversions between the library's types and ours, and the random
 * source. Internal to crypto/: others use crypto/p384.h.
 */
#ifndef CRYPTO_P384_INTERNAL_H
#define CRYPTO_P384_INTERNAL_H

#include <mbedtls/ecp.h>

#include "crypto/p384.h"

/** A random source as the library wants it. */
struct p384_random {
    int (*fill)(void *context, unsigned char *output, size_t length); /**< Returns 0 or an error. */
    void *context;
};

/** The random generator of crypto/random.h. */
extern const struct p384_random p384_system_random;

/**
 * Gives the curve. Its parameters and the table for the base point are constants of the library, so
 * this costs next to nothing and there is no point in keeping the result.
 *
 * @param[out] group  to be freed by the caller, whatever the result
 * @return 0, or an error of the library
 */
int p384_load(mbedtls_ecp_group *group);

/**
 * Reads and validates a public key: coordinates below p, point on the curve.
 *
 * @param[out] point  initialised by the caller
 * @return 0, or an error of the library
 */
int p384_read_public(const mbedtls_ecp_group *group, const struct crypto_p384_public *public_key,
                     mbedtls_ecp_point *point);

/** Writes a point that is not at infinity. @return 0, or an error of the library */
int p384_write_public(const mbedtls_ecp_group *group, const mbedtls_ecp_point *point,
                      struct crypto_p384_public *public_key);

/**
 * crypto_p384_sign with a random source of the caller's: a self-test gives the nonce of a published
 * signature.
 *
 * @return false when the random source fails, or the key is not in [1, n - 1]
 */
CRYPTO_CHECKED bool p384_sign_with(const struct p384_random *random,
                                   const struct crypto_p384_key *key, const uint8_t *digest,
                                   size_t digest_length, struct crypto_p384_signature *signature);

/** Writes (seed mod (n - 1)) + 1 in constant time; all numbers big-endian. */
void p384_reduce_seed(const uint8_t seed[CRYPTO_P384_SEED_BYTES], uint8_t d[CRYPTO_P384_BYTES]);

#endif
