/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handling of secret bytes: wiping that the compiler cannot drop, and comparison in constant time.
 */
#ifndef CRYPTO_SECRET_H
#define CRYPTO_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Marks a function whose result must be looked at. */
#define CRYPTO_CHECKED __attribute__((warn_unused_result))

/** Sets @p length bytes at @p buffer to zero, always. */
void crypto_wipe(void *buffer, size_t length);

/**
 * Returns the word, which is no secret from here on: code branches on it, and its caller may tell.
 * That is all, but in the test of constant time, which finds every use of a secret that could be
 * seen from outside and was not declared here (tests/flow).
 */
#ifdef CRYPTO_FLOW_TEST
uint32_t crypto_revealed(uint32_t word);
#else
static inline uint32_t crypto_revealed(uint32_t word)
{
    return word;
}
#endif

/** Compares @p length bytes in a time that depends on nothing but @p length. */
CRYPTO_CHECKED bool crypto_equal(const void *a, const void *b, size_t length);

#endif
