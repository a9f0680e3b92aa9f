/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HMAC-SHA-256 (FIPS 198-1) and the key derivation of the SEV API (section 7.2). Built on
 * crypto/sha2.h, so that it profits from the CPU's SHA-256 instructions.
 */
#include "crypto/hmac.h"

#include <string.h>

#include "crypto/fatal.h"
#include "crypto/secret.h"
#include "crypto/sha2.h"

#define SHA256_BLOCK_BYTES 64u
#define INNER_PAD 0x36u
#define OUTER_PAD 0x5cu

_Static_assert(sizeof(((struct crypto_hmac *)NULL)->key) == SHA256_BLOCK_BYTES, "a block");
_Static_assert(CRYPTO_HMAC_BYTES == CRYPTO_SHA256_BYTES, "the MAC is a digest");

static void start_padded(struct crypto_sha256 *hash, const uint8_t block[SHA256_BLOCK_BYTES],
                         uint8_t pad)
{
    uint8_t padded[SHA256_BLOCK_BYTES];
    for (size_t i = 0; i < sizeof(padded); i++) {
        padded[i] = block[i] ^ pad;
    }
    crypto_sha256_start(hash);
    crypto_sha256_update(hash, padded, sizeof(padded));
    crypto_wipe(padded, sizeof(padded));
}

void crypto_hmac_start(struct crypto_hmac *hmac, const uint8_t *key, size_t key_length)
{
    memset(hmac->key, 0, sizeof(hmac->key));
    if (key_length > sizeof(hmac->key)) {
        crypto_sha256(key, key_length, hmac->key);
    } else if (key_length > 0) {
        memcpy(hmac->key, key, key_length);
    }
    start_padded(&hmac->inner, hmac->key, INNER_PAD);
}

void crypto_hmac_update(struct crypto_hmac *hmac, const void *data, size_t length)
{
    crypto_sha256_update(&hmac->inner, data, length);
}

void crypto_hmac_finish(struct crypto_hmac *hmac, uint8_t mac[CRYPTO_HMAC_BYTES])
{
    struct crypto_sha256 outer;
    uint8_t inner[CRYPTO_SHA256_BYTES];

    crypto_sha256_finish(&hmac->inner, inner);
    start_padded(&outer, hmac->key, OUTER_PAD);
    crypto_sha256_update(&outer, inner, sizeof(inner));
    crypto_sha256_finish(&outer, mac);
    crypto_wipe(inner, sizeof(inner));
    crypto_wipe(hmac, sizeof(*hmac));
}

void crypto_hmac_sha256(const uint8_t *key, size_t key_length, const struct crypto_piece *pieces,
                        size_t count, uint8_t mac[CRYPTO_HMAC_BYTES])
{
    struct crypto_hmac hmac;

    crypto_hmac_start(&hmac, key, key_length);
    for (size_t i = 0; i < count; i++) {
        crypto_hmac_update(&hmac, pieces[i].data, pieces[i].length);
    }
    crypto_hmac_finish(&hmac, mac);
}

static void store_le32(uint8_t bytes[4], uint32_t value)
{
    for (unsigned int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

void crypto_kdf(const uint8_t *key, size_t key_length, const char *label, const uint8_t *context,
                size_t context_length, uint8_t *output, size_t output_length)
{
    if (output_length > UINT32_MAX / 8) {
        crypto_fatal("KDF"); /* The length in bits would not fit its field. */
    }
    uint8_t counter[4];
    uint8_t bits[4];
    store_le32(bits, (uint32_t)output_length * 8);
    const struct crypto_piece pieces[] = {
        {counter, sizeof(counter)},
        {label, strlen(label) + 1},
        {context, context_length},
        {bits, sizeof(bits)},
    };
    uint8_t block[CRYPTO_HMAC_BYTES];
    size_t done = 0;
    for (uint32_t i = 1; done < output_length; i++) {
        const size_t rest = output_length - done;
        const size_t part = rest < sizeof(block) ? rest : sizeof(block);
        store_le32(counter, i);
        crypto_hmac_sha256(key, key_length, pieces, sizeof(pieces) / sizeof(pieces[0]), block);
        memcpy(output + done, block, part);
        done += part;
    }
    crypto_wipe(block, sizeof(block));
}
