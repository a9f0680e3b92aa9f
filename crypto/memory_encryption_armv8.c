/*
 * The memory-encryption engine with the AES instructions of ARMv8: XTS (IEEE 1619-2007 section 5),
 * four blocks at a time, without tables. Entered only when hal_cpu_has_aes() says so.
 */
#include <arm_neon.h>
#include <stdbool.h>

#include "crypto/memory_encryption_engine.h"
#include "crypto/secret.h"

#define ROUNDS 10u
#define LANES 4u /* Blocks that are worked on together: 4 blocks and 4 tweaks fill the registers. */

struct schedules {
    uint8x16_t encrypt[ROUNDS + 1]; /* Data key, for AESE. */
    uint8x16_t decrypt[ROUNDS + 1]; /* Data key, for AESD: reversed, inner ones through AESIMC. */
    uint8x16_t tweak[ROUNDS + 1];   /* Tweak key, for AESE. */
};

_Static_assert(sizeof(struct schedules) <= sizeof(struct crypto_memory_key),
               "the key schedules fit the opaque structure");
_Static_assert(_Alignof(struct schedules) <= _Alignof(struct crypto_memory_key),
               "the key schedules are aligned in the opaque structure");

/* SubBytes on one word: with four equal columns, the ShiftRows in AESE changes nothing. */
static uint32_t substitute(uint32_t word)
{
    const uint8x16_t columns = vreinterpretq_u8_u32(vdupq_n_u32(word));
    return vgetq_lane_u32(vreinterpretq_u32_u8(vaeseq_u8(columns, vdupq_n_u8(0))), 0);
}

/* Key expansion (FIPS 197 section 5.2); words are little-endian, so RotWord turns right. */
static void expand(uint8x16_t schedule[ROUNDS + 1], const uint8_t key[16])
{
    uint32_t words[4];
    uint32_t round_constant = 1;
    vst1q_u8((uint8_t *)words, vld1q_u8(key));
    schedule[0] = vld1q_u8(key);
    for (size_t round = 1; round <= ROUNDS; round++) {
        const uint32_t rotated = (words[3] >> 8) | (words[3] << 24);
        words[0] ^= substitute(rotated) ^ round_constant;
        words[1] ^= words[0];
        words[2] ^= words[1];
        words[3] ^= words[2];
        schedule[round] = vreinterpretq_u8_u32(vld1q_u32(words));
        round_constant = (round_constant << 1) ^ ((round_constant >> 7) * 0x11bu);
    }
    crypto_wipe(words, sizeof(words));
}

static void set(struct crypto_memory_key *key, const uint8_t data_key[16],
                const uint8_t tweak_key[16])
{
    struct schedules *schedules = (void *)key;
    expand(schedules->encrypt, data_key);
    expand(schedules->tweak, tweak_key);
    schedules->decrypt[0] = schedules->encrypt[ROUNDS];
    for (size_t round = 1; round < ROUNDS; round++) {
        schedules->decrypt[round] = vaesimcq_u8(schedules->encrypt[ROUNDS - round]);
    }
    schedules->decrypt[ROUNDS] = schedules->encrypt[0];
}

/* Multiplies by the primitive element of GF(2^128): section 5.2. */
static inline uint8x16_t next_tweak(uint8x16_t tweak)
{
    const uint64x2_t value = vreinterpretq_u64_u8(tweak);
    const int64x2_t signs = vshrq_n_s64(vreinterpretq_s64_u8(tweak), 63);
    /* Each half's top bit goes into the other half: 87h at the bottom, 1 in the middle. */
    const uint64x2_t carries = vreinterpretq_u64_s64(vextq_s64(signs, signs, 1));
    const uint64x2_t feedback = vandq_u64(carries, vcombine_u64(vcreate_u64(0x87), vcreate_u64(1)));
    return vreinterpretq_u8_u64(veorq_u64(vaddq_u64(value, value), feedback));
}

static inline uint8x16_t crypt_round(bool decrypting, uint8x16_t block, uint8x16_t round_key)
{
    return decrypting ? vaesimcq_u8(vaesdq_u8(block, round_key))
                      : vaesmcq_u8(vaeseq_u8(block, round_key));
}

static inline uint8x16_t crypt_last(bool decrypting, uint8x16_t block, uint8x16_t round_key)
{
    return decrypting ? vaesdq_u8(block, round_key) : vaeseq_u8(block, round_key);
}

static inline uint8x16_t crypt_block(bool decrypting, const uint8x16_t schedule[ROUNDS + 1],
                                     uint8x16_t block)
{
    for (size_t round = 0; round < ROUNDS - 1; round++) {
        block = crypt_round(decrypting, block, schedule[round]);
    }
    block = crypt_last(decrypting, block, schedule[ROUNDS - 1]);
    return veorq_u8(block, schedule[ROUNDS]);
}

/* Four blocks; returns the tweak that follows theirs. */
static inline uint8x16_t crypt_four(bool decrypting, const uint8x16_t schedule[ROUNDS + 1],
                                    uint8x16_t tweak0, const uint8_t *input, uint8_t *output)
{
    const uint8x16_t tweak1 = next_tweak(tweak0);
    const uint8x16_t tweak2 = next_tweak(tweak1);
    const uint8x16_t tweak3 = next_tweak(tweak2);
    uint8x16_t block0 = veorq_u8(vld1q_u8(input), tweak0);
    uint8x16_t block1 = veorq_u8(vld1q_u8(input + 16), tweak1);
    uint8x16_t block2 = veorq_u8(vld1q_u8(input + 32), tweak2);
    uint8x16_t block3 = veorq_u8(vld1q_u8(input + 48), tweak3);
#pragma GCC unroll 9
    for (size_t round = 0; round < ROUNDS - 1; round++) {
        const uint8x16_t round_key = schedule[round];
        block0 = crypt_round(decrypting, block0, round_key);
        block1 = crypt_round(decrypting, block1, round_key);
        block2 = crypt_round(decrypting, block2, round_key);
        block3 = crypt_round(decrypting, block3, round_key);
    }
    const uint8x16_t before_last = schedule[ROUNDS - 1];
    const uint8x16_t last = schedule[ROUNDS];
    block0 = veorq_u8(crypt_last(decrypting, block0, before_last), last);
    block1 = veorq_u8(crypt_last(decrypting, block1, before_last), last);
    block2 = veorq_u8(crypt_last(decrypting, block2, before_last), last);
    block3 = veorq_u8(crypt_last(decrypting, block3, before_last), last);
    vst1q_u8(output, veorq_u8(block0, tweak0));
    vst1q_u8(output + 16, veorq_u8(block1, tweak1));
    vst1q_u8(output + 32, veorq_u8(block2, tweak2));
    vst1q_u8(output + 48, veorq_u8(block3, tweak3));
    return next_tweak(tweak3);
}

static inline void crypt_run(bool decrypting, const uint8x16_t schedule[ROUNDS + 1],
                             const uint8x16_t tweak_schedule[ROUNDS + 1],
                             const struct memory_run *run)
{
    uint8x16_t tweak = vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(run->page), vcreate_u64(0)));
    tweak = crypt_block(false, tweak_schedule, tweak);
    for (uint32_t i = 0; i < run->first_block; i++) {
        tweak = next_tweak(tweak);
    }
    const uint8_t *input = run->input;
    uint8_t *output = run->output;
    uint32_t left = run->blocks;
    for (; left >= LANES; left -= LANES) {
        tweak = crypt_four(decrypting, schedule, tweak, input, output);
        input += LANES * MEMORY_BLOCK_BYTES;
        output += LANES * MEMORY_BLOCK_BYTES;
    }
    for (; left > 0; left--) {
        const uint8x16_t block = veorq_u8(vld1q_u8(input), tweak);
        vst1q_u8(output, veorq_u8(crypt_block(decrypting, schedule, block), tweak));
        tweak = next_tweak(tweak);
        input += MEMORY_BLOCK_BYTES;
        output += MEMORY_BLOCK_BYTES;
    }
}

static void encrypt(const struct crypto_memory_key *key, const struct memory_run *run)
{
    const struct schedules *schedules = (const void *)key;
    crypt_run(false, schedules->encrypt, schedules->tweak, run);
}

static void decrypt(const struct crypto_memory_key *key, const struct memory_run *run)
{
    const struct schedules *schedules = (const void *)key;
    crypt_run(true, schedules->decrypt, schedules->tweak, run);
}

const struct memory_engine memory_engine_armv8 = {
    .set = set, .encrypt = encrypt, .decrypt = decrypt};
