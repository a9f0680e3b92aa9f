/* SPDX-License-Identifier: Apache-2.0 */
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
 * Gives the generator a new seed, so that what comes now does not depend on what it was seeded with
 * before. Called before a secret that lives for long is made by anything else than
 * crypto_random_secret.
 *
 * @return false when the generator is not seeded, or its source fails or does not pass its health
 *         tests: it then fails for ever
 */
CRYPTO_CHECKED bool crypto_random_reseed(void);

/**
 * Makes a secret that lives for long, from a new seed.
 *
 * @param[out] buffer  @p length random bytes
 * @return false as crypto_random_reseed; @p buffer is then zeroed
 */
CRYPTO_CHECKED bool crypto_random_secret(void *buffer, size_t length);

/**
 * For what is public or soon forgotten: nonces, blinding.
 *
 * @param[out] buffer  @p length random bytes
 * @return false when the generator is not seeded or its source failed; @p buffer is then zeroed
 */
CRYPTO_CHECKED bool crypto_random(void *buffer, size_t length);

#endif
