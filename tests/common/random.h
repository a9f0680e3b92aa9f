/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random numbers that a seed repeats (splitmix64).
 */
#ifndef TESTS_COMMON_RANDOM_H
#define TESTS_COMMON_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random_state {
    uint64_t state; /**< The seed, to begin with. */
};

/** @return 64 random bits */
uint64_t random_bits(struct random_state *random);

/** @return a number below @p limit, which is not 0 */
uint32_t random_below(struct random_state *random, uint32_t limit);

/** @return true with a chance of @p percent */
bool random_chance(struct random_state *random, uint32_t percent);

/** Fills a buffer. */
void random_fill(struct random_state *random, void *buffer, size_t length);

#endif
