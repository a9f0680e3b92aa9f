/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fingerprints of pages.
 */
#include "host/linux/fingerprint.h"

#include <openssl/rand.h>

#define LANES 4u /* as many products as two vectors have */

bool fingerprint_make_key(struct fingerprint_key *key)
{
    return RAND_bytes((unsigned char *)key->words, sizeof key->words) == 1;
}

/* Sums of products of 32-bit words, in lanes so that a compiler makes vectors of them. */
struct fingerprint fingerprint_of(const struct fingerprint_key *key, const uint8_t *page)
{
    const uint32_t *words = (const void *)page;
    const uint32_t *first = key->words;
    const uint32_t *second = key->words + FINGERPRINT_SHIFT;
    uint64_t one[LANES] = {0};
    uint64_t other[LANES] = {0};
    for (size_t i = 0; i < FINGERPRINT_WORDS; i += 2 * (size_t)LANES) {
        for (size_t lane = 0; lane < LANES; lane++) {
            const size_t low = i + 2 * lane;
            const size_t high = low + 1;
            one[lane] +=
                (uint64_t)(words[low] + first[low]) * (uint32_t)(words[high] + first[high]);
            other[lane] +=
                (uint64_t)(words[low] + second[low]) * (uint32_t)(words[high] + second[high]);
        }
    }
    return (struct fingerprint){
        {one[0] + one[1] + one[2] + one[3], other[0] + other[1] + other[2] + other[3]}};
}
