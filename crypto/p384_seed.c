/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reduction of a seed to a P-384 private key (SEV API section 5.2). The library's division takes a
 * time that depends on the numbers, and the seed is as secret as the key: so this is done bit by
 * bit, with the same steps for every seed.
 */
#include "crypto/p384_secrets.h"

#define LIMBS (CRYPTO_P384_BYTES / 4u)

/* n - 1, the order of the curve's base point less one; least significant limb first. */
static const uint32_t modulus[LIMBS] = {
    0xccc52972, 0xecec196a, 0x48b0a77a, 0x581a0db2, 0xf4372ddf, 0xc7634d81,
    0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
};

/* value = 2 * value + bit; returns the bit that falls out at the top. */
static uint32_t shift_in(uint32_t value[LIMBS], uint32_t bit)
{
    for (size_t i = 0; i < LIMBS; i++) {
        const uint32_t top = value[i] >> 31;
        value[i] = (value[i] << 1) | bit;
        bit = top;
    }
    return bit;
}

/* Subtracts the modulus from top:value when that leaves no negative number. */
static void reduce_once(uint32_t value[LIMBS], uint32_t top)
{
    uint32_t difference[LIMBS];
    uint32_t borrow = 0;
    for (size_t i = 0; i < LIMBS; i++) {
        const uint64_t step = (uint64_t)value[i] - modulus[i] - borrow;
        difference[i] = (uint32_t)step;
        borrow = (uint32_t)(step >> 63);
    }
    const uint32_t keep = 0u - (borrow & (top ^ 1u)); /* All ones when value < modulus. */
    for (size_t i = 0; i < LIMBS; i++) {
        value[i] = (value[i] & keep) | (difference[i] & ~keep);
    }
    crypto_wipe(difference, sizeof(difference));
}

void p384_reduce_seed(const uint8_t seed[CRYPTO_P384_SEED_BYTES], uint8_t d[CRYPTO_P384_BYTES])
{
    uint32_t value[LIMBS] = {0};
    for (size_t i = 0; i < (size_t)8 * CRYPTO_P384_SEED_BYTES; i++) {
        const uint32_t bit = ((uint32_t)seed[i / 8] >> (7 - i % 8)) & 1u;
        reduce_once(value, shift_in(value, bit));
    }
    uint32_t carry = 1;
    for (size_t i = 0; i < LIMBS; i++) {
        const uint64_t sum = (uint64_t)value[i] + carry;
        carry = (uint32_t)(sum >> 32);
        for (size_t byte = 0; byte < 4; byte++) {
            d[CRYPTO_P384_BYTES - 1 - (4 * i + byte)] = (uint8_t)(sum >> (8 * byte));
        }
    }
    crypto_wipe(value, sizeof(value));
}
