/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the memory controller keeps of a page in order to find that it has changed: a universal hash (NH
 * of UMAC, RFC 4418, two passes) under a key of this process alone. Two pages that differ have the same
 * fingerprint with a probability of 2^-64, also if somebody chooses them who does not know the key.
 */
#ifndef HOST_LINUX_FINGERPRINT_H
#define HOST_LINUX_FINGERPRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "host/linux/memory_map.h"

#define FINGERPRINT_WORDS (MAP_PAGE / sizeof(uint32_t))
#define FINGERPRINT_SHIFT 4u /**< Words of the key between one pass and the next. */

struct fingerprint {
    uint64_t passes[2];
};

struct fingerprint_key {
    uint32_t words[FINGERPRINT_WORDS + FINGERPRINT_SHIFT];
};

/** @param[out] key  random @return false when the random generator fails */
bool fingerprint_make_key(struct fingerprint_key *key) __attribute__((warn_unused_result));

/** @param page  MAP_PAGE bytes, aligned to 4; others may write them meanwhile */
struct fingerprint fingerprint_of(const struct fingerprint_key *key, const uint8_t *page);

static inline bool fingerprint_equal(struct fingerprint one, struct fingerprint other)
{
    return one.passes[0] == other.passes[0] && one.passes[1] == other.passes[1];
}

#endif
