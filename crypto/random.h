/*
 * Random numbers: CTR_DRBG AES-256 with derivation function (SP 800-90A), seeded from the board's
 * health-tested entropy (SP 800-90B: repetition count and adaptive proportion).
 */
#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/secret.h"

/**
 * Tests the entropy source and seeds the generator. Called once, before anything that needs random
 * numbers; later health failures make crypto_random fail for ever.
 *
 * @return false when the source fails or does not pass its health tests
 */
CRYPTO_CHECKED bool crypto_random_start(void);

/**
 * @param[out] buffer  @p length random bytes
 * @return false when the generator is not seeded or its source failed; @p buffer is then zeroed
 */
CRYPTO_CHECKED bool crypto_random(void *buffer, size_t length);

#endif
