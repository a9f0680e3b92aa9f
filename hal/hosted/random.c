/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that look random and can be repeated: splitmix64.
 */
#include "hal/hosted/random.h"

uint64_t hosted_random(uint64_t *state)
{
    uint64_t value = (*state += 0x9E3779B97F4A7C15u);

    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return value ^ (value >> 31);
}
