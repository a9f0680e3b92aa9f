/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the operations of P-384 on secrets share beside arithmetic. Internal to crypto/: others use
 * crypto/p384.h.
 */
#ifndef CRYPTO_P384_SECRETS_H
#define CRYPTO_P384_SECRETS_H

#include "crypto/p384_multiply.h"

/**
 * Draws a random scalar in [1, n - 1] from the generator: numbers outside are thrown away.
 *
 * @return false when the generator fails; the scalar is then 0
 */
CRYPTO_CHECKED bool p384_random_scalar(struct p384_scalar *scalar);

/**
 * Draws a random z for p384_multiply.h.
 *
 * @return false when the generator fails; the element is then 0
 */
CRYPTO_CHECKED bool p384_random_blinding(struct p384_field *z);

/**
 * crypto_p384_sign with a nonce of the caller's: a self-test gives that of a published signature.
 *
 * @return false when the random generator fails (it is used for blinding), the key is not in
 *         [1, n - 1], the digest has more than 48 bytes, or r or s is 0; @p signature is then zeroed
 */
CRYPTO_CHECKED bool p384_sign_with(const struct p384_scalar *nonce,
                                   const struct crypto_p384_key *key, const uint8_t *digest,
                                   size_t digest_length, struct crypto_p384_signature *signature);

/** Writes (seed mod (n - 1)) + 1 in constant time; all numbers big-endian. */
void p384_reduce_seed(const uint8_t seed[CRYPTO_P384_SEED_BYTES], uint8_t d[CRYPTO_P384_BYTES]);

/**
 * Wipes what the functions above and those of the arithmetic, called before by the same function,
 * have left on the stack: the field's products and registers that were saved.
 */
void p384_wipe_stack(void);

#endif
