/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handling of secret bytes: wiping that the compiler cannot drop, and comparison in constant time.
 */
#ifndef CRYPTO_SECRET_H
#define CRYPTO_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/** Marks a function whose result must be looked at. */
#define CRYPTO_CHECKED __attribute__((warn_unused_result))

/** Sets @p length bytes at @p buffer to zero, always. */
void crypto_wipe(void *buffer, size_t length);

/**
 * Says that from here on these bytes are no secret: the code branches on them, or gives them to
 * others. Does nothing, but in the test of constant time, which finds every other use of a secret
 * that could be seen from outside (tests/flow).
 */
#ifdef CRYPTO_FLOW_TEST
void crypto_reveal(const void *value, size_t length);
#else
static inline void crypto_reveal(const void *value, size_t length)
{
    (void)value;
    (void)length;
}
#endif

/** Compares @p length bytes in a time that depends on nothing but @p length. */
CRYPTO_CHECKED bool crypto_equal(const void *a, const void *b, size_t length);

#endif
