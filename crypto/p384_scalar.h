/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scalars of P-384: numbers modulo n, the order of the base point (FIPS 186-4, D.1.2.4). Internal to
 * crypto/. Constant time: no branch and no address depends on a scalar.
 *
 * Scalars are plain numbers below n. A result may be one of the operands.
 */
#ifndef CRYPTO_P384_SCALAR_H
#define CRYPTO_P384_SCALAR_H

#include <stdint.h>

#include "crypto/p384_words.h"
#include "crypto/secret.h"

struct p384_scalar {
    uint32_t words[P384_WORDS];
};

/**
 * Reads a private key or a nonce, or a part of a signature.
 *
 * @param bytes  big-endian
 * @return false when the number is not in [1, n - 1]; the scalar is then 0
 */
CRYPTO_CHECKED bool p384_scalar_read(struct p384_scalar *result,
                                     const uint8_t bytes[P384_WORDS_BYTES]);

/** result = number mod n; @p number is any of 384 bits, least significant word first. */
void p384_scalar_reduce(struct p384_scalar *result, const uint32_t number[P384_WORDS]);

/** result = a * b / 2^384 mod n: Montgomery's product. */
void p384_scalar_multiply_montgomery(struct p384_scalar *result, const struct p384_scalar *a,
                                     const struct p384_scalar *b);

/** result = a * b */
void p384_scalar_multiply(struct p384_scalar *result, const struct p384_scalar *a,
                          const struct p384_scalar *b);

/** result = a + b */
void p384_scalar_add(struct p384_scalar *result, const struct p384_scalar *a,
                     const struct p384_scalar *b);

/** result = 1 / a; 0 for a = 0 */
void p384_scalar_invert(struct p384_scalar *result, const struct p384_scalar *a);

/**
 * Makes a scalar odd: a, or n - a, of which one is.
 *
 * @param a  not 0
 * @return all ones when the result is n - a, else 0
 */
uint32_t p384_scalar_make_odd(struct p384_scalar *result, const struct p384_scalar *a);

/** @return bits [position, position + count) of the scalar; those from 384 on are 0. */
uint32_t p384_scalar_bits(const struct p384_scalar *a, uint32_t position, uint32_t count);

#endif
