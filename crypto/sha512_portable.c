/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-384's and SHA-512's compression in C (sha512_blocks.h). Names are those of FIPS 180-4.
 */
#include "crypto/secret.h"
#include "crypto/sha512_blocks.h"

#define SCHEDULE_WORDS 16u

static inline uint64_t rotr(uint64_t x, unsigned int n)
{
    return x >> n | x << (64 - n);
}

static inline uint64_t sum_0(uint64_t x)
{
    return rotr(x, 28) ^ rotr(x, 34) ^ rotr(x, 39);
}

static inline uint64_t sum_1(uint64_t x)
{
    return rotr(x, 14) ^ rotr(x, 18) ^ rotr(x, 41);
}

static inline uint64_t sigma_0(uint64_t x)
{
    return rotr(x, 1) ^ rotr(x, 8) ^ x >> 7;
}

static inline uint64_t sigma_1(uint64_t x)
{
    return rotr(x, 19) ^ rotr(x, 61) ^ x >> 6;
}

static inline uint64_t choose(uint64_t x, uint64_t y, uint64_t z)
{
    return (x & y) ^ (~x & z);
}

static inline uint64_t majority(uint64_t x, uint64_t y, uint64_t z)
{
    return (x & y) ^ (x & z) ^ (y & z);
}

static uint64_t load_be64(const uint8_t bytes[8])
{
    uint64_t value = 0;

    for (size_t i = 0; i < 8; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

/** What the compression of a block knows; V holds a to h. */
struct work {
    uint64_t w[SCHEDULE_WORDS]; /**< The last 16 words of the message schedule. */
    uint64_t v[SHA512_STATE_WORDS];
};

/** Replaces the schedule's word that is 16 rounds old. */
static void extend(uint64_t w[SCHEDULE_WORDS], size_t t)
{
    w[t % SCHEDULE_WORDS] += sigma_1(w[(t - 2) % SCHEDULE_WORDS]) + w[(t - 7) % SCHEDULE_WORDS] +
                             sigma_0(w[(t - 15) % SCHEDULE_WORDS]);
}

static void run_round(uint64_t v[SHA512_STATE_WORDS], uint64_t constant_and_word)
{
    const uint64_t t1 = v[7] + sum_1(v[4]) + choose(v[4], v[5], v[6]) + constant_and_word;
    const uint64_t t2 = sum_0(v[0]) + majority(v[0], v[1], v[2]);

    for (size_t i = SHA512_STATE_WORDS - 1; i > 0; i--) {
        v[i] = v[i - 1];
    }
    v[4] += t1;
    v[0] = t1 + t2;
}

void crypto_sha512_blocks_portable(uint64_t *state, const uint8_t *data, size_t blocks)
{
    struct work work;

    for (; blocks > 0; blocks--, data += SHA512_BLOCK_BYTES) {
        for (size_t i = 0; i < SCHEDULE_WORDS; i++) {
            work.w[i] = load_be64(data + 8 * i);
        }
        for (size_t i = 0; i < SHA512_STATE_WORDS; i++) {
            work.v[i] = state[i];
        }
        for (size_t t = 0; t < SHA512_ROUNDS; t++) {
            if (t >= SCHEDULE_WORDS) {
                extend(work.w, t);
            }
            run_round(work.v, crypto_sha512_constants[t] + work.w[t % SCHEDULE_WORDS]);
        }
        for (size_t i = 0; i < SHA512_STATE_WORDS; i++) {
            state[i] += work.v[i];
        }
    }
    crypto_wipe(&work, sizeof(work));
}
