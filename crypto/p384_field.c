/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arithmetic modulo p (p384_field.h). Subtractions add the complement: a - b = a + ~b + 1 - 2^384, so
 * that carries are never negative and each step is one or two of the processor's UMAAL instructions.
 */
#include "crypto/p384_field.h"

#include <string.h>

#include "crypto/secret.h"

#define ONES 0xffffffffu

static const uint32_t p[P384_WORDS] = {ONES, 0,    0,    ONES, ONES - 1, ONES,
                                       ONES, ONES, ONES, ONES, ONES,     ONES};

/* 2^384 mod p, and 2^768 mod p. */
const struct p384_field p384_field_one = {{1, ONES, ONES, 0, 1}};
static const struct p384_field to_montgomery = {{1, ONES - 1, 0, 2, 0, ONES - 1, 0, 2, 1}};

static const struct p384_field zero = {{0}};

/* Adds p when borrowed is 1: what was subtracted has left a negative number. */
static inline __attribute__((always_inline)) void add_p_if(uint32_t result[P384_WORDS],
                                                           uint32_t borrowed)
{
    const uint32_t bit = p384_words_opaque(borrowed);
    uint32_t carry = 0;
#pragma GCC unroll 12
    for (size_t i = 0; i < P384_WORDS; i++) {
        p384_words_accumulate(&result[i], &carry, bit, p[i]);
    }
}

/*
 * plus1 + plus2 - minus1 - minus2 + carry: returns the low word, and leaves the rest in the carry.
 * The complements make the sum 2 * (2^32 - 1) too large. With a carry that starts at 2 for 0 that is
 * 2 * 2^32 in each step: the carry stays 2 too large, and is never negative.
 */
static inline __attribute__((always_inline)) uint32_t
sum_of(uint32_t *carry, uint32_t plus1, uint32_t plus2, uint32_t minus1, uint32_t minus2)
{
    uint32_t low = plus1;
    uint32_t more = ~minus1;
    p384_words_accumulate(&low, carry, plus2, 1);
    p384_words_accumulate(&low, &more, ~minus2, 1);
    *carry += more;
    return low;
}

#define CARRY_OF_0 2u

/*
 * Montgomery's reduction: result = product / 2^384 mod p, for a product below p * 2^384. In step i a
 * multiple of p is added that makes word i zero. As p is -1 modulo 2^32, the factor is that word
 * itself, and as p has but five terms, so has the sum: the factor is added 1 and 12 words above, and
 * subtracted 3 and 4 words above.
 *
 * The upper half is then below 2 p; p is subtracted in the same pass, by adding ~p + 1 - 2^384, and
 * added again if that was too much.
 */
static inline __attribute__((always_inline)) void reduce(uint32_t result[P384_WORDS],
                                                         const uint32_t product[P384_WORDS_PRODUCT])
{
    uint32_t factors[P384_WORDS];
    uint32_t carry = CARRY_OF_0;
#pragma GCC unroll 12
    for (size_t i = 0; i < P384_WORDS; i++) {
        factors[i] = sum_of(&carry, product[i], i >= 1 ? factors[i - 1] : 0,
                            i >= 3 ? factors[i - 3] : 0, i >= 4 ? factors[i - 4] : 0);
    }
#pragma GCC unroll 12
    for (size_t i = 0; i < P384_WORDS; i++) {
        uint32_t low = product[P384_WORDS + i];
        uint32_t more = 0;
        if (i == 0) {
            more = 1;
            p384_words_accumulate(&low, &more, factors[P384_WORDS - 1], 1);
        } else if (~p[i] != 0) {
            p384_words_accumulate(&low, &more, ~p[i], 1);
        }
        result[i] = sum_of(&carry, low, factors[i], i < 3 ? factors[P384_WORDS + i - 3] : 0,
                           i < 4 ? factors[P384_WORDS + i - 4] : 0);
        carry += more;
    }
    add_p_if(result, CARRY_OF_0 + 1 - carry);
}

void p384_field_multiply(struct p384_field *result, const struct p384_field *a,
                         const struct p384_field *b)
{
    uint32_t product[P384_WORDS_PRODUCT];
    p384_words_multiply(product, a->words, b->words);
    reduce(result->words, product);
}

void p384_field_square(struct p384_field *result, const struct p384_field *a, uint32_t count)
{
    p384_field_multiply(result, a, a);
    for (uint32_t i = 1; i < count; i++) {
        p384_field_multiply(result, result, result);
    }
}

void p384_field_add(struct p384_field *result, const struct p384_field *a,
                    const struct p384_field *b)
{
    uint32_t carry = 1; /* a + b + ~p + 1 - 2^384 */
#pragma GCC unroll 12
    for (size_t i = 0; i < P384_WORDS; i++) {
        uint32_t low = a->words[i];
        uint32_t more = 0;
        if (~p[i] != 0) {
            p384_words_accumulate(&low, &more, ~p[i], 1);
        }
        p384_words_accumulate(&low, &carry, b->words[i], 1);
        result->words[i] = low;
        carry += more;
    }
    add_p_if(result->words, 1 - carry);
}

void p384_field_subtract(struct p384_field *result, const struct p384_field *a,
                         const struct p384_field *b)
{
    uint32_t carry = 1; /* a + ~b + 1 - 2^384 */
#pragma GCC unroll 12
    for (size_t i = 0; i < P384_WORDS; i++) {
        uint32_t low = a->words[i];
        p384_words_accumulate(&low, &carry, ~b->words[i], 1);
        result->words[i] = low;
    }
    add_p_if(result->words, 1 - carry);
}

void p384_field_negate_if(struct p384_field *a, uint32_t mask)
{
    struct p384_field negative;
    p384_field_subtract(&negative, &zero, a);
    p384_words_replace(a->words, negative.words, P384_WORDS, mask);
}

/* result = a^(2^count) * b */
static void square_and_multiply(struct p384_field *result, const struct p384_field *a,
                                uint32_t count, const struct p384_field *b)
{
    struct p384_field power;
    p384_field_square(&power, a, count);
    p384_field_multiply(result, &power, b);
    crypto_wipe(&power, sizeof(power));
}

/*
 * a^(p - 2) (Fermat). In binary, p - 2 is 255 ones, a zero, 32 ones, 64 zeros, 30 ones, and 01. A
 * power whose exponent is n ones is called ones_n here.
 */
void p384_field_invert(struct p384_field *result, const struct p384_field *a)
{
    struct {
        struct p384_field ones_1, ones_2, ones_3, ones_6, ones_15, ones_30, power;
    } s;
    s.ones_1 = *a;
    square_and_multiply(&s.ones_2, &s.ones_1, 1, &s.ones_1);
    square_and_multiply(&s.ones_3, &s.ones_2, 1, &s.ones_1);
    square_and_multiply(&s.ones_6, &s.ones_3, 3, &s.ones_3);
    square_and_multiply(&s.power, &s.ones_6, 6, &s.ones_6);
    square_and_multiply(&s.ones_15, &s.power, 3, &s.ones_3);
    square_and_multiply(&s.ones_30, &s.ones_15, 15, &s.ones_15);
    square_and_multiply(&s.power, &s.ones_30, 30, &s.ones_30);   /* 60 ones */
    square_and_multiply(&s.power, &s.power, 60, &s.power);       /* 120 ones */
    square_and_multiply(&s.power, &s.power, 120, &s.power);      /* 240 ones */
    square_and_multiply(&s.power, &s.power, 15, &s.ones_15);     /* 255 ones */
    square_and_multiply(&s.power, &s.power, 1 + 30, &s.ones_30); /* a zero, 30 ones */
    square_and_multiply(&s.power, &s.power, 2, &s.ones_2);       /* 32 ones in all */
    square_and_multiply(&s.power, &s.power, 64 + 30, &s.ones_30);
    square_and_multiply(result, &s.power, 2, &s.ones_1);
    crypto_wipe(&s, sizeof(s));
}

uint32_t p384_field_read(struct p384_field *result, const uint32_t number[P384_WORDS])
{
    struct p384_field element;
    memcpy(element.words, number, sizeof(element.words));
    const uint32_t below = p384_words_mask_if_below(number, p);
    p384_field_multiply(result, &element, &to_montgomery);
    crypto_wipe(&element, sizeof(element));
    return below;
}

void p384_field_write(const struct p384_field *a, uint32_t number[P384_WORDS])
{
    static const struct p384_field from_montgomery = {{1}};
    struct p384_field element;
    p384_field_multiply(&element, a, &from_montgomery);
    memcpy(number, element.words, sizeof(element.words));
    crypto_wipe(&element, sizeof(element));
}
