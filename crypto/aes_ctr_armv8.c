/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AES-128-CTR (SP 800-38A section 6.5) with the AES instructions of ARMv8, four blocks at a time.
 * Entered only when hal_cpu_has_aes() says so.
 */
#include "crypto/aes_armv8.h"
#include "crypto/aes_ctr_engine.h"

#define BLOCK_BYTES 16u

/* The counter block is one big-endian number; it is no secret, so that the carry may branch. */
struct counter {
    uint64_t high, low;
};

static uint64_t load_be64(const uint8_t bytes[8])
{
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

/* @return the counter as a block, before it is counted up */
static inline uint8x16_t next_block(struct counter *counter)
{
    const uint64x2_t words = vcombine_u64(vcreate_u64(counter->high), vcreate_u64(counter->low));
    counter->low++;
    if (counter->low == 0) {
        counter->high++;
    }
    return vrev64q_u8(vreinterpretq_u8_u64(words));
}

static inline void crypt_lanes(const struct aes_armv8_schedule *schedule, struct counter *counter,
                               const uint8_t *input, uint8_t *output)
{
    uint8x16_t blocks[AES_ARMV8_LANES];
#pragma GCC unroll 4
    for (size_t lane = 0; lane < AES_ARMV8_LANES; lane++) {
        blocks[lane] = next_block(counter);
    }
    aes_armv8_crypt_lanes(false, schedule, blocks);
#pragma GCC unroll 4
    for (size_t lane = 0; lane < AES_ARMV8_LANES; lane++) {
        vst1q_u8(output + lane * BLOCK_BYTES,
                 veorq_u8(vld1q_u8(input + lane * BLOCK_BYTES), blocks[lane]));
    }
}

/* One block, or the part of it that is left. */
static void crypt_part(const struct aes_armv8_schedule *schedule, struct counter *counter,
                       const uint8_t *input, uint8_t *output, size_t length)
{
    uint8_t stream[BLOCK_BYTES] = {0};
    vst1q_u8(stream, aes_armv8_crypt(false, schedule, next_block(counter)));
    for (size_t i = 0; i < length; i++) {
        output[i] = input[i] ^ stream[i];
    }
    crypto_wipe(stream, sizeof(stream));
}

void crypto_aes128_ctr_armv8(const uint8_t key[16], const uint8_t iv[16], const uint8_t *input,
                             uint8_t *output, size_t length)
{
    struct aes_armv8_schedule schedule;
    struct counter counter = {.high = load_be64(iv), .low = load_be64(iv + 8)};
    size_t done = 0;
    aes_armv8_expand(&schedule, key);
    for (; length - done >= AES_ARMV8_LANES * BLOCK_BYTES; done += AES_ARMV8_LANES * BLOCK_BYTES) {
        crypt_lanes(&schedule, &counter, input + done, output + done);
    }
    while (done < length) {
        const size_t part = length - done < BLOCK_BYTES ? length - done : BLOCK_BYTES;
        crypt_part(&schedule, &counter, input + done, output + done, part);
        done += part;
    }
    crypto_wipe(&schedule, sizeof(schedule));
}
