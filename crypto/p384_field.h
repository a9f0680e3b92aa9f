/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The field of P-384, the numbers modulo p = 2^384 - 2^128 - 2^96 + 2^32 - 1 (FIPS 186-4, D.1.2.4).
 * Internal to crypto/. Constant time: no branch and no address depends on an element.
 *
 * An element is kept as a * 2^384 mod p (Montgomery's form), always below p: so equal elements have
 * equal words. A result may be one of the operands.
 */
#ifndef CRYPTO_P384_FIELD_H
#define CRYPTO_P384_FIELD_H

#include <stdint.h>

#include "crypto/p384_words.h"

struct p384_field {
    uint32_t words[P384_WORDS];
};

extern const struct p384_field p384_field_one;

/** result = a * b */
void p384_field_multiply(struct p384_field *result, const struct p384_field *a,
                         const struct p384_field *b);

/** result = a^(2^count), count at least 1 */
void p384_field_square(struct p384_field *result, const struct p384_field *a, uint32_t count);

/** result = a + b */
void p384_field_add(struct p384_field *result, const struct p384_field *a,
                    const struct p384_field *b);

/** result = a - b */
void p384_field_subtract(struct p384_field *result, const struct p384_field *a,
                         const struct p384_field *b);

/** a = -a where the mask is all ones; unchanged where it is 0. */
void p384_field_negate_if(struct p384_field *a, uint32_t mask);

/** result = 1 / a; 0 for a = 0 */
void p384_field_invert(struct p384_field *result, const struct p384_field *a);

/**
 * Reads a number.
 *
 * @param number  any number of 384 bits, least significant word first
 * @return all ones when it is below p, else 0; the element is then the number less p
 */
uint32_t p384_field_read(struct p384_field *result, const uint32_t number[P384_WORDS]);

/** Writes the number below p that the element stands for, least significant word first. */
void p384_field_write(const struct p384_field *a, uint32_t number[P384_WORDS]);

#endif
