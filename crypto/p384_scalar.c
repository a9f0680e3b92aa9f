/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arithmetic modulo n (p384_scalar.h). n has no simple form: products are reduced word by word, by
 * Montgomery's method.
 */
#include "crypto/p384_scalar.h"

#define ONES 0xffffffffu

static const uint32_t n[P384_WORDS] = {
    0xccc52973u, 0xecec196au, 0x48b0a77au, 0x581a0db2u, 0xf4372ddfu, 0xc7634d81u,
    ONES,        ONES,        ONES,        ONES,        ONES,        ONES,
};

#define MINUS_1_BY_N 0xe88fdc45u /* -1 / n mod 2^32 */

/* 2^384 and 2^768 mod n. */
static const struct p384_scalar one_montgomery = {
    {0x333ad68du, 0x1313e695u, 0xb74f5885u, 0xa7e5f24du, 0x0bc8d220u, 0x389cb27eu, 0x00000000u,
     0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u}};
static const struct p384_scalar to_montgomery = {
    {0x19b409a9u, 0x2d319b24u, 0xdf1aa419u, 0xff3d81e5u, 0xfcb82947u, 0xbc3e483au, 0x4aab1cc5u,
     0xd40d4917u, 0x28266895u, 0x3fb05b7au, 0x2b39bf21u, 0x0c84ee01u}};

/* result = a, or a - n if that is not negative; a = carry * 2^384 + words, below 2 n. */
static void subtract_n(uint32_t result[P384_WORDS], const uint32_t words[P384_WORDS],
                       uint32_t carry)
{
    uint32_t difference[P384_WORDS];
    uint32_t left = 1; /* a + ~n + 1 - 2^384 */
    for (size_t i = 0; i < P384_WORDS; i++) {
        difference[i] = words[i];
        p384_words_accumulate(&difference[i], &left, ~n[i], 1);
    }
    const uint32_t negative = p384_words_mask_if_zero(left | carry);
    for (size_t i = 0; i < P384_WORDS; i++) {
        result[i] = (words[i] & negative) | (difference[i] & ~negative);
    }
    crypto_wipe(difference, sizeof(difference));
}

bool p384_scalar_read(struct p384_scalar *result, const uint8_t bytes[P384_WORDS_BYTES])
{
    static const uint32_t zero[P384_WORDS] = {0};
    p384_words_read(result->words, bytes);
    const uint32_t valid =
        p384_words_mask_if_below(result->words, n) & ~p384_words_mask_if_all_zero(result->words);
    p384_words_replace(result->words, zero, P384_WORDS, ~valid);
    return crypto_revealed(valid) != 0;
}

void p384_scalar_reduce(struct p384_scalar *result, const uint32_t number[P384_WORDS])
{
    subtract_n(result->words, number, 0); /* 2^384 is below 2 n. */
}

void p384_scalar_multiply_montgomery(struct p384_scalar *result, const struct p384_scalar *a,
                                     const struct p384_scalar *b)
{
    uint32_t product[P384_WORDS_PRODUCT];
    uint32_t above = 0; /* What is to be added to the word above the 12 of a step. */
    p384_words_multiply(product, a->words, b->words);
    for (size_t step = 0; step < P384_WORDS; step++) {
        uint32_t *const low = product + step;
        const uint32_t factor = low[0] * MINUS_1_BY_N;
        uint32_t carry = 0;
#pragma GCC unroll 12
        for (size_t i = 0; i < P384_WORDS; i++) {
            p384_words_accumulate(&low[i], &carry, factor, n[i]);
        }
        p384_words_accumulate(&low[P384_WORDS], &above, carry, 1);
    }
    subtract_n(result->words, product + P384_WORDS, above);
    crypto_wipe(product, sizeof(product));
}

void p384_scalar_multiply(struct p384_scalar *result, const struct p384_scalar *a,
                          const struct p384_scalar *b)
{
    struct p384_scalar montgomery;
    p384_scalar_multiply_montgomery(&montgomery, a, &to_montgomery);
    p384_scalar_multiply_montgomery(result, &montgomery, b);
    crypto_wipe(&montgomery, sizeof(montgomery));
}

void p384_scalar_add(struct p384_scalar *result, const struct p384_scalar *a,
                     const struct p384_scalar *b)
{
    uint32_t sum[P384_WORDS];
    uint32_t carry = 0;
    for (size_t i = 0; i < P384_WORDS; i++) {
        sum[i] = a->words[i];
        p384_words_accumulate(&sum[i], &carry, b->words[i], 1);
    }
    subtract_n(result->words, sum, carry);
    crypto_wipe(sum, sizeof(sum));
}

/* a^(n - 2) (Fermat), four bits of the exponent at a time. The exponent is public. */
void p384_scalar_invert(struct p384_scalar *result, const struct p384_scalar *a)
{
    static const struct p384_scalar plain_one = {{1}};
    struct p384_scalar powers[16];
    struct p384_scalar power = one_montgomery;
    powers[0] = one_montgomery;
    p384_scalar_multiply_montgomery(&powers[1], a, &to_montgomery);
    for (size_t i = 2; i < 16; i++) {
        p384_scalar_multiply_montgomery(&powers[i], &powers[i - 1], &powers[1]);
    }
    for (uint32_t position = 32 * P384_WORDS; position > 0; position -= 4) {
        const uint32_t word = position > 32 ? n[(position - 1) / 32] : n[0] - 2;
        const uint32_t digit = word >> ((position - 4) % 32) & 15u;
        for (size_t i = 0; i < 4; i++) {
            p384_scalar_multiply_montgomery(&power, &power, &power);
        }
        if (digit != 0) {
            p384_scalar_multiply_montgomery(&power, &power, &powers[digit]);
        }
    }
    p384_scalar_multiply_montgomery(result, &power, &plain_one);
    crypto_wipe(powers, sizeof(powers));
    crypto_wipe(&power, sizeof(power));
}

uint32_t p384_scalar_make_odd(struct p384_scalar *result, const struct p384_scalar *a)
{
    struct p384_scalar negative;
    uint32_t carry = 1; /* n + ~a + 1 - 2^384 */
    for (size_t i = 0; i < P384_WORDS; i++) {
        negative.words[i] = n[i];
        p384_words_accumulate(&negative.words[i], &carry, ~a->words[i], 1);
    }
    const uint32_t even = p384_words_mask_if_zero(a->words[0] & 1u);
    *result = *a;
    p384_words_replace(result->words, negative.words, P384_WORDS, even);
    crypto_wipe(&negative, sizeof(negative));
    return even;
}

uint32_t p384_scalar_bits(const struct p384_scalar *a, uint32_t position, uint32_t count)
{
    const uint32_t word = position / 32;
    const uint64_t low = word < P384_WORDS ? a->words[word] : 0;
    const uint64_t high = word + 1 < P384_WORDS ? a->words[word + 1] : 0;
    return (uint32_t)((high << 32 | low) >> (position % 32)) & ((1u << count) - 1u);
}
