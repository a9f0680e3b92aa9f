/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AES modes for transport and storage: AES-128-CTR and AES-256-GCM.
 */
#ifndef CRYPTO_AES_H
#define CRYPTO_AES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/secret.h"

#define CRYPTO_AES_BLOCK_BYTES 16u
#define CRYPTO_GCM_NONCE_BYTES 12u
#define CRYPTO_GCM_TAG_BYTES 16u

/**
 * Encrypts or decrypts with AES-128 in counter mode; the counter is the whole block, big-endian.
 *
 * @param iv           initial counter block
 * @param input        @p length bytes
 * @param[out] output  @p length bytes, may be @p input
 */
void crypto_aes128_ctr(const uint8_t key[16], const uint8_t iv[16], const uint8_t *input,
                       uint8_t *output, size_t length);

/**
 * Encrypts and authenticates with AES-256-GCM.
 *
 * @param aad          @p aad_length bytes that are authenticated, not encrypted
 * @param input        @p length bytes
 * @param[out] output  @p length bytes, may be @p input
 * @param[out] tag     16 bytes
 */
void crypto_aes256_gcm_seal(const uint8_t key[32], const uint8_t nonce[CRYPTO_GCM_NONCE_BYTES],
                            const uint8_t *aad, size_t aad_length, const uint8_t *input,
                            uint8_t *output, size_t length, uint8_t tag[CRYPTO_GCM_TAG_BYTES]);

/**
 * Verifies and decrypts what crypto_aes256_gcm_seal made.
 *
 * @return false when the tag does not fit; @p output is then zeroed
 */
CRYPTO_CHECKED bool crypto_aes256_gcm_open(const uint8_t key[32],
                                           const uint8_t nonce[CRYPTO_GCM_NONCE_BYTES],
                                           const uint8_t *aad, size_t aad_length,
                                           const uint8_t *input, uint8_t *output, size_t length,
                                           const uint8_t tag[CRYPTO_GCM_TAG_BYTES]);

#endif
