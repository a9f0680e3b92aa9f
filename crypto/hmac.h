/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HMAC-SHA-256 (FIPS 198-1) and the key derivation of the SEV API on top of it.
 */
#ifndef CRYPTO_HMAC_H
#define CRYPTO_HMAC_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/sha2.h"

#define CRYPTO_HMAC_BYTES 32u

/** One piece of a message that is authenticated as if the pieces were joined. */
struct crypto_piece {
    const void *data;
    size_t length;
};

/** A running HMAC-SHA-256; secret until crypto_hmac_finish(). */
struct crypto_hmac {
    struct crypto_sha256 inner;
    uint8_t key[64]; /**< As a block: shorter keys are followed by zeros, longer ones hashed. */
};

/** Begins with a secret key of @p key_length bytes. */
void crypto_hmac_start(struct crypto_hmac *hmac, const uint8_t *key, size_t key_length);
/** Goes on over @p length bytes, which may be NULL when there are none. */
void crypto_hmac_update(struct crypto_hmac *hmac, const void *data, size_t length);
/** Writes the MAC and wipes @p hmac. */
void crypto_hmac_finish(struct crypto_hmac *hmac, uint8_t mac[CRYPTO_HMAC_BYTES]);

/**
 * HMAC-SHA-256 over the concatenation of @p count pieces.
 *
 * @param key         secret, @p key_length bytes
 * @param pieces      the message
 * @param[out] mac    32 bytes
 */
void crypto_hmac_sha256(const uint8_t *key, size_t key_length, const struct crypto_piece *pieces,
                        size_t count, uint8_t mac[CRYPTO_HMAC_BYTES]);

/**
 * SP 800-108 in counter mode with HMAC-SHA-256, as the SEV API uses it (section 7.2):
 * K(i) = HMAC(key; LE32(i) || label || 00h || context || LE32(bits of output)).
 *
 * @param key          secret, @p key_length bytes
 * @param label        text; its terminating NUL is the separator
 * @param context      @p context_length bytes, may be NULL when that is 0
 * @param[out] output  @p output_length bytes
 */
void crypto_kdf(const uint8_t *key, size_t key_length, const char *label, const uint8_t *context,
                size_t context_length, uint8_t *output, size_t output_length);

#endif
