/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entropy that has passed the health tests of SP 800-90B. Internal to crypto/: others use
 * crypto/random.h.
 */
#ifndef CRYPTO_ENTROPY_H
#define CRYPTO_ENTROPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/secret.h"

#define ENTROPY_SEED_BYTES 48u

/** State of the continuous tests; all zero at the start. A sample is one byte. */
struct entropy_health {
    uint8_t repeated;         /**< The last sample. */
    uint8_t repetitions;      /**< How often it came in a row. */
    uint8_t window_sample;    /**< First sample of the window. */
    uint16_t window_position; /**< Samples of the window seen so far. */
    uint16_t window_matches;  /**< How many of them equal the first. */
    bool failed;              /**< Sticky. */
};

/**
 * Feeds one sample to the repetition count test (SP 800-90B section 4.4.1) and the adaptive
 * proportion test (4.4.2).
 *
 * @return false when a test fails or has ever failed
 */
CRYPTO_CHECKED bool entropy_health_sample(struct entropy_health *health, uint8_t sample);

/**
 * Forgets all state and runs the start-up test; the samples are dropped.
 *
 * @return false when the source fails or does not pass
 */
CRYPTO_CHECKED bool entropy_start(void);

/**
 * Makes seed material with full entropy. After one failure it fails until entropy_start.
 *
 * @param[out] seed  48 bytes, to be wiped by the caller
 * @return false when the source fails or a health test does; @p seed is then zeroed
 */
CRYPTO_CHECKED bool entropy_seed(uint8_t seed[ENTROPY_SEED_BYTES]);

#endif
