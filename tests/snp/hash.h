/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-384, HMAC-SHA-256 and key derivation.
 */
#ifndef TESTS_SNP_HASH_H
#define TESTS_SNP_HASH_H

#include <stddef.h>
#include <stdint.h>

#define WITNESS_DIGEST_BYTES 48u

/** @param[out] digest  SHA-384 of @p length bytes at @p data */
void witness_sha384(const void *data, size_t length, uint8_t digest[WITNESS_DIGEST_BYTES]);

/** What a key is derived with, as the SEV API has it (SP 800-108, counter mode, HMAC-SHA-256). */
struct witness_kdf {
    const uint8_t *key;
    size_t key_length;
    const char *label;
    const uint8_t *context; /**< May be NULL if @p context_length is 0. */
    size_t context_length;
};

/**
 * Derives a key: HMAC(key, i || label || 0 || context || bits of the output) for i = 1, 2, ..., the
 * numbers as 4 bytes, little-endian.
 *
 * @param[out] output  @p length bytes
 */
void witness_derive(const struct witness_kdf *kdf, uint8_t *output, size_t length);

#endif
