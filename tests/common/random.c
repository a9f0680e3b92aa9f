/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random numbers that a seed repeats (random.h).
 */
#include "tests/common/random.h"

uint64_t random_bits(struct random_state *random)
{
    uint64_t z = random->state += 0x9E3779B97F4A7C15u;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint32_t random_below(struct random_state *random, uint32_t limit)
{
    return (uint32_t)((random_bits(random) >> 32) * limit >> 32);
}

bool random_chance(struct random_state *random, uint32_t percent)
{
    return random_below(random, 100) < percent;
}

void random_fill(struct random_state *random, void *buffer, size_t length)
{
    uint8_t *bytes = buffer;

    for (size_t i = 0; i < length; i++) {
        bytes[i] = (uint8_t)random_bits(random);
    }
}
