/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory-encryption engine with the AES instructions of ARMv8: XTS (IEEE 1619-2007 section 5),
 * four blocks at a time, without tables. Entered only when hal_cpu_has_aes() says so.
 */
#include "crypto/aes_armv8.h"
#include "crypto/memory_encryption_internal.h"

#define ROUNDS AES_ARMV8_ROUNDS
#define LANES AES_ARMV8_LANES

struct schedules {
    struct aes_armv8_schedule encrypt; /* Data key, for AESE. */
    struct aes_armv8_schedule decrypt; /* Data key, for AESD: reversed, the inner ones mixed. */
    struct aes_armv8_schedule tweak;   /* Tweak key, for AESE. */
};

_Static_assert(sizeof(struct schedules) <= MEMORY_SCHEDULES_BYTES,
               "the key schedules fit the opaque structure");
_Static_assert(_Alignof(struct schedules) <= _Alignof(struct crypto_memory_key),
               "the key schedules are aligned in the opaque structure");

static void set(struct crypto_memory_key *key, const uint8_t data_key[16],
                const uint8_t tweak_key[16])
{
    struct schedules *schedules = (void *)key;
    const uint8x16_t *encrypt = schedules->encrypt.keys;
    uint8x16_t *decrypt = schedules->decrypt.keys;
    aes_armv8_expand(&schedules->encrypt, data_key);
    aes_armv8_expand(&schedules->tweak, tweak_key);
    decrypt[0] = encrypt[ROUNDS];
    for (size_t round = 1; round < ROUNDS; round++) {
        decrypt[round] = vaesimcq_u8(encrypt[ROUNDS - round]);
    }
    decrypt[ROUNDS] = encrypt[0];
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

/* Four blocks; returns the tweak that follows theirs. */
static inline uint8x16_t crypt_lanes(bool decrypting, const struct aes_armv8_schedule *schedule,
                                     uint8x16_t tweak, const uint8_t *input, uint8_t *output)
{
    uint8x16_t tweaks[LANES];
    uint8x16_t blocks[LANES];
#pragma GCC unroll 4
    for (size_t lane = 0; lane < LANES; lane++) {
        tweaks[lane] = tweak;
        tweak = next_tweak(tweak);
        blocks[lane] = veorq_u8(vld1q_u8(input + lane * MEMORY_BLOCK_BYTES), tweaks[lane]);
    }
    aes_armv8_crypt_lanes(decrypting, schedule, blocks);
#pragma GCC unroll 4
    for (size_t lane = 0; lane < LANES; lane++) {
        vst1q_u8(output + lane * MEMORY_BLOCK_BYTES, veorq_u8(blocks[lane], tweaks[lane]));
    }
    return tweak;
}

static inline void crypt_run(bool decrypting, const struct aes_armv8_schedule *schedule,
                             const struct aes_armv8_schedule *tweak_schedule,
                             const struct memory_run *run)
{
    uint8x16_t tweak = vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(run->page), vcreate_u64(0)));
    tweak = aes_armv8_crypt(false, tweak_schedule, tweak);
    for (uint32_t i = 0; i < run->first_block; i++) {
        tweak = next_tweak(tweak);
    }
    const uint8_t *input = run->input;
    uint8_t *output = run->output;
    uint32_t left = run->blocks;
    for (; left >= LANES; left -= LANES) {
        tweak = crypt_lanes(decrypting, schedule, tweak, input, output);
        input += LANES * MEMORY_BLOCK_BYTES;
        output += LANES * MEMORY_BLOCK_BYTES;
    }
    for (; left > 0; left--) {
        const uint8x16_t block = veorq_u8(vld1q_u8(input), tweak);
        vst1q_u8(output, veorq_u8(aes_armv8_crypt(decrypting, schedule, block), tweak));
        tweak = next_tweak(tweak);
        input += MEMORY_BLOCK_BYTES;
        output += MEMORY_BLOCK_BYTES;
    }
}

static void encrypt(const struct crypto_memory_key *key, const struct memory_run *run)
{
    const struct schedules *schedules = (const void *)key;
    crypt_run(false, &schedules->encrypt, &schedules->tweak, run);
}

static void decrypt(const struct crypto_memory_key *key, const struct memory_run *run)
{
    const struct schedules *schedules = (const void *)key;
    crypt_run(true, &schedules->decrypt, &schedules->tweak, run);
}

const struct memory_engine memory_engine_armv8 = {
    .name = "AESE", .set = set, .encrypt = encrypt, .decrypt = decrypt};
