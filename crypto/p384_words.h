/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers of 384 bits as 12 words, the least significant first: what the field and the scalars of
 * P-384 are made of. Internal to crypto/. Nothing here branches on a number or indexes by one.
 */
#ifndef CRYPTO_P384_WORDS_H
#define CRYPTO_P384_WORDS_H

#include <stddef.h>
#include <stdint.h>

#define P384_WORDS 12u
#define P384_WORDS_PRODUCT (2u * P384_WORDS)
#define P384_WORDS_BYTES 48u

/**
 * high:low = a * b + low + high, which always fits. With b = 1 it adds three words in one
 * instruction.
 */
static inline void p384_words_accumulate(uint32_t *low, uint32_t *high, uint32_t a, uint32_t b)
{
#ifdef __arm__
    /* Volatile keeps the order: the compiler's own needs more registers than there are. */
    __asm__ volatile("umaal %0, %1, %2, %3" : "+r"(*low), "+r"(*high) : "r"(a), "r"(b));
#else
    const uint64_t sum = (uint64_t)a * b + *low + *high;
    *low = (uint32_t)sum;
    *high = (uint32_t)(sum >> 32);
#endif
}

/** Returns the word; the compiler forgets what it knew of it, and cannot turn a mask into a branch. */
static inline uint32_t p384_words_opaque(uint32_t word)
{
    __asm__("" : "+r"(word));
    return word;
}

/** @return all ones when @p word is 0, else 0 */
static inline uint32_t p384_words_mask_if_zero(uint32_t word)
{
    return p384_words_opaque((uint32_t)(((uint64_t)word - 1u) >> 32));
}

/** @return all ones when all 12 words are 0, else 0 */
uint32_t p384_words_mask_if_all_zero(const uint32_t a[P384_WORDS]);

/** @return all ones when both numbers are the same, else 0 */
uint32_t p384_words_mask_if_equal(const uint32_t a[P384_WORDS], const uint32_t b[P384_WORDS]);

/** @return all ones when a < b, else 0 */
uint32_t p384_words_mask_if_below(const uint32_t a[P384_WORDS], const uint32_t b[P384_WORDS]);

/** result = other where the mask has ones; @p count words. */
void p384_words_replace(uint32_t *result, const uint32_t *other, size_t count, uint32_t mask);

/** product = a * b */
void p384_words_multiply(uint32_t product[P384_WORDS_PRODUCT], const uint32_t a[P384_WORDS],
                         const uint32_t b[P384_WORDS]);

/**
 * Reads the entry with an index that is secret: every word of the table is looked at.
 *
 * @param[out] entry  @p words words, a multiple of 4
 * @param table       @p count entries of @p words words each
 * @param index       below @p count
 */
void p384_words_look_up(uint32_t *entry, const uint32_t *table, uint32_t count, uint32_t words,
                        uint32_t index);

/** Reads and writes a number of 48 bytes, big-endian. */
void p384_words_read(uint32_t a[P384_WORDS], const uint8_t bytes[P384_WORDS_BYTES]);
void p384_words_write(const uint32_t a[P384_WORDS], uint8_t bytes[P384_WORDS_BYTES]);

#endif
