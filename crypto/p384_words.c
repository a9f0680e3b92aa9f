/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers of 384 bits: comparison, selection, multiplication, reading and writing.
 */
#include "crypto/p384_words.h"

#define STRIP 4u /* Words of the second factor that are multiplied in one pass over the first. */

uint32_t p384_words_mask_if_all_zero(const uint32_t a[P384_WORDS])
{
    uint32_t all = 0;
    for (size_t i = 0; i < P384_WORDS; i++) {
        all |= a[i];
    }
    return p384_words_mask_if_zero(all);
}

uint32_t p384_words_mask_if_equal(const uint32_t a[P384_WORDS], const uint32_t b[P384_WORDS])
{
    uint32_t differences = 0;
    for (size_t i = 0; i < P384_WORDS; i++) {
        differences |= a[i] ^ b[i];
    }
    return p384_words_mask_if_zero(differences);
}

uint32_t p384_words_mask_if_below(const uint32_t a[P384_WORDS], const uint32_t b[P384_WORDS])
{
    uint32_t carry = 1; /* a - b = a + ~b + 1, without a carry from the top if it is negative. */
    for (size_t i = 0; i < P384_WORDS; i++) {
        uint32_t word = a[i];
        p384_words_accumulate(&word, &carry, ~b[i], 1);
    }
    return p384_words_mask_if_zero(carry);
}

void p384_words_replace(uint32_t *result, const uint32_t *other, size_t count, uint32_t mask)
{
    const uint32_t taken = p384_words_opaque(mask);
    for (size_t i = 0; i < count; i++) {
        result[i] = (result[i] & ~taken) | (other[i] & taken);
    }
}

/*
 * product[0..15] += a * b[0..3], of which product[12..15] are written without being read. The four
 * sums that are not yet complete stay in registers: a word of the product is loaded and stored once
 * for four multiplications.
 */
static inline __attribute__((always_inline)) void
multiply_strip(uint32_t *product, const uint32_t *a, const uint32_t *b, uint32_t keep)
{
    const uint32_t b0 = b[0];
    const uint32_t b1 = b[1];
    const uint32_t b2 = b[2];
    const uint32_t b3 = b[3];
    uint32_t sum0 = 0;
    uint32_t sum1 = 0;
    uint32_t sum2 = 0;
    uint32_t sum3 = 0;
#pragma GCC unroll 12
    for (size_t i = 0; i < P384_WORDS; i++) {
        const uint32_t word = a[i];
        uint32_t carry = keep != 0 ? product[i] : 0;
        p384_words_accumulate(&sum0, &carry, word, b0);
        product[i] = sum0;
        p384_words_accumulate(&sum1, &carry, word, b1);
        p384_words_accumulate(&sum2, &carry, word, b2);
        p384_words_accumulate(&sum3, &carry, word, b3);
        sum0 = sum1;
        sum1 = sum2;
        sum2 = sum3;
        sum3 = carry;
    }
    product[P384_WORDS] = sum0;
    product[P384_WORDS + 1] = sum1;
    product[P384_WORDS + 2] = sum2;
    product[P384_WORDS + 3] = sum3;
}

void p384_words_multiply(uint32_t product[P384_WORDS_PRODUCT], const uint32_t a[P384_WORDS],
                         const uint32_t b[P384_WORDS])
{
    multiply_strip(product, a, b, 0);
    multiply_strip(product + STRIP, a, b + STRIP, 1);
    multiply_strip(product + STRIP + STRIP, a, b + STRIP + STRIP, 1);
}

void p384_words_look_up(uint32_t *entry, const uint32_t *table, uint32_t count, uint32_t words,
                        uint32_t index)
{
    for (uint32_t at = 0; at < words; at += 4) {
        const uint32_t *from = table + at;
        uint32_t found[4] = {0};
        for (uint32_t i = 0; i < count; i++, from += words) {
            const uint32_t mask = p384_words_mask_if_zero(i ^ index);
            found[0] |= from[0] & mask;
            found[1] |= from[1] & mask;
            found[2] |= from[2] & mask;
            found[3] |= from[3] & mask;
        }
        entry[at] = found[0];
        entry[at + 1] = found[1];
        entry[at + 2] = found[2];
        entry[at + 3] = found[3];
    }
}

void p384_words_read(uint32_t a[P384_WORDS], const uint8_t bytes[P384_WORDS_BYTES])
{
    for (size_t i = 0; i < P384_WORDS; i++) {
        const uint8_t *word = bytes + P384_WORDS_BYTES - 4 * (i + 1);
        a[i] = (uint32_t)word[0] << 24 | (uint32_t)word[1] << 16 | (uint32_t)word[2] << 8 | word[3];
    }
}

void p384_words_write(const uint32_t a[P384_WORDS], uint8_t bytes[P384_WORDS_BYTES])
{
    for (size_t i = 0; i < P384_WORDS_BYTES; i++) {
        bytes[P384_WORDS_BYTES - 1 - i] = (uint8_t)(a[i / 4] >> (8 * (i % 4)));
    }
}
