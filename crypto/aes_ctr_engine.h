/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways to compute AES-128-CTR. Internal to crypto/: others use crypto/aes.h.
 */
#ifndef CRYPTO_AES_CTR_ENGINE_H
#define CRYPTO_AES_CTR_ENGINE_H

#include <stddef.h>
#include <stdint.h>

/** Parameters as of crypto_aes128_ctr(). */
typedef void aes_ctr_engine(const uint8_t key[16], const uint8_t iv[16], const uint8_t *input,
                            uint8_t *output, size_t length);

/** The engine in C. */
aes_ctr_engine crypto_aes128_ctr_portable;

/** The engine with ARMv8 instructions; exists on the board only. */
aes_ctr_engine crypto_aes128_ctr_armv8;

/** @return the engine that uses the CPU's AES instructions, or NULL when it has none */
aes_ctr_engine *crypto_aes128_ctr_accelerated(void);

/** crypto_aes128_ctr() without the cipher engine. */
aes_ctr_engine aes128_ctr_by_cpu;

#endif
