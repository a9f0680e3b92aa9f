/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AES-256-GCM with an IV of 12 bytes that begins with a counter: guest messages, swapped pages and
 * wrapped VLEKs.
 */
#ifndef TESTS_SNP_GCM_H
#define TESTS_SNP_GCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WITNESS_GCM_IV_BYTES 12u
#define WITNESS_GCM_TAG_BYTES 16u

/** Key, IV and what the tag covers besides the text. */
struct witness_gcm {
    const uint8_t *key; /**< 32 bytes */
    uint8_t iv[WITNESS_GCM_IV_BYTES];
    const uint8_t *aad;
    size_t aad_length;
};

/** The IV of a counter: 8 bytes, little-endian, then 4 bytes of 0. */
void witness_gcm_count(uint64_t count, uint8_t iv[WITNESS_GCM_IV_BYTES]);

/** Encrypts @p length bytes; input and output may be the same. */
void witness_gcm_seal(const struct witness_gcm *gcm, const uint8_t *input, uint8_t *output,
                      size_t length, uint8_t tag[WITNESS_GCM_TAG_BYTES]);

/** Decrypts. @return false when the tag is wrong; the output is then 0 */
bool witness_gcm_open(const struct witness_gcm *gcm, const uint8_t *input, uint8_t *output,
                      size_t length, const uint8_t tag[WITNESS_GCM_TAG_BYTES])
    __attribute__((warn_unused_result));

#endif
