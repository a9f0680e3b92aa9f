/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AES-128 (FIPS 197) with the instructions of ARMv8, without tables: what the files *_armv8.c share.
 * Only for code that is entered after hal_cpu_has_aes() has said so.
 */
#ifndef CRYPTO_AES_ARMV8_H
#define CRYPTO_AES_ARMV8_H

#include <arm_neon.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/secret.h"

#define AES_ARMV8_ROUNDS 10u
#define AES_ARMV8_LANES 4u /* Blocks that are worked on together; the registers hold no more. */

/** Round keys, in the order in which they are used. */
struct aes_armv8_schedule {
    uint8x16_t keys[AES_ARMV8_ROUNDS + 1];
};

/** SubBytes on one word: with four equal columns, the ShiftRows in AESE changes nothing. */
static inline uint32_t aes_armv8_substitute(uint32_t word)
{
    const uint8x16_t columns = vreinterpretq_u8_u32(vdupq_n_u32(word));
    return vgetq_lane_u32(vreinterpretq_u32_u8(vaeseq_u8(columns, vdupq_n_u8(0))), 0);
}

/**
 * Expands a key for encryption (section 5.2); words are little-endian, so RotWord turns right.
 *
 * @param[out] schedule  secret, to be wiped by the caller
 */
static inline void aes_armv8_expand(struct aes_armv8_schedule *schedule, const uint8_t key[16])
{
    uint32_t words[4] = {0};
    uint32_t round_constant = 1;
    vst1q_u8((uint8_t *)words, vld1q_u8(key));
    schedule->keys[0] = vld1q_u8(key);
    for (size_t round = 1; round <= AES_ARMV8_ROUNDS; round++) {
        const uint32_t rotated = (words[3] >> 8) | (words[3] << 24);
        words[0] ^= aes_armv8_substitute(rotated) ^ round_constant;
        words[1] ^= words[0];
        words[2] ^= words[1];
        words[3] ^= words[2];
        schedule->keys[round] = vreinterpretq_u8_u32(vld1q_u32(words));
        round_constant = (round_constant << 1) ^ ((round_constant >> 7) * 0x11bu);
    }
    crypto_wipe(words, sizeof(words));
}

static inline uint8x16_t aes_armv8_round(bool decrypting, uint8x16_t block, uint8x16_t round_key)
{
    return decrypting ? vaesimcq_u8(vaesdq_u8(block, round_key))
                      : vaesmcq_u8(vaeseq_u8(block, round_key));
}

static inline uint8x16_t aes_armv8_last_round(bool decrypting, uint8x16_t block,
                                              const struct aes_armv8_schedule *schedule)
{
    const uint8x16_t round_key = schedule->keys[AES_ARMV8_ROUNDS - 1];
    const uint8x16_t mixed = decrypting ? vaesdq_u8(block, round_key) : vaeseq_u8(block, round_key);
    return veorq_u8(mixed, schedule->keys[AES_ARMV8_ROUNDS]);
}

/** @return one block, encrypted, or decrypted with a schedule that was made for that */
static inline uint8x16_t aes_armv8_crypt(bool decrypting, const struct aes_armv8_schedule *schedule,
                                         uint8x16_t block)
{
    for (size_t round = 0; round < AES_ARMV8_ROUNDS - 1; round++) {
        block = aes_armv8_round(decrypting, block, schedule->keys[round]);
    }
    return aes_armv8_last_round(decrypting, block, schedule);
}

/** As above, for four blocks in place; unrolled, so that they stay in registers. */
static inline void aes_armv8_crypt_lanes(bool decrypting, const struct aes_armv8_schedule *schedule,
                                         uint8x16_t blocks[AES_ARMV8_LANES])
{
#pragma GCC unroll 9
    for (size_t round = 0; round < AES_ARMV8_ROUNDS - 1; round++) {
        const uint8x16_t round_key = schedule->keys[round];
#pragma GCC unroll 4
        for (size_t lane = 0; lane < AES_ARMV8_LANES; lane++) {
            blocks[lane] = aes_armv8_round(decrypting, blocks[lane], round_key);
        }
    }
#pragma GCC unroll 4
    for (size_t lane = 0; lane < AES_ARMV8_LANES; lane++) {
        blocks[lane] = aes_armv8_last_round(decrypting, blocks[lane], schedule);
    }
}

#endif
