/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AES-256-GCM (NIST SP 800-38D) for guests: small, not fast.
 */
#ifndef TESTS_GUESTS_LIB_GCM_H
#define TESTS_GUESTS_LIB_GCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GCM_KEY_BYTES 32u
#define GCM_NONCE_BYTES 12u
#define GCM_TAG_BYTES 16u

/** What is done: a key, a nonce, and data that are authenticated only. */
struct gcm {
    const uint8_t *key;   /**< GCM_KEY_BYTES */
    const uint8_t *nonce; /**< GCM_NONCE_BYTES */
    const void *extra;
    size_t extra_bytes;
};

/** Encrypts in place. @param[out] tag  GCM_TAG_BYTES */
void gcm_seal(const struct gcm *gcm, uint8_t *data, size_t bytes, uint8_t *tag);

/** Decrypts in place. @return false when the tag is wrong; DATA is as it was then */
bool gcm_open(const struct gcm *gcm, uint8_t *data, size_t bytes, const uint8_t *tag);

#endif
