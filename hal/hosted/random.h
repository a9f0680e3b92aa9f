/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that look random and can be repeated: for tests only.
 */
#ifndef HAL_HOSTED_RANDOM_H
#define HAL_HOSTED_RANDOM_H

#include <stdint.h>

/** @return the next of a sequence of pseudo-random numbers (splitmix64), which @p state is at */
uint64_t hosted_random(uint64_t *state);

#endif
