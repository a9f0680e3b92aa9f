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

void crypto_hmac_sha256(const uint8_t *key, size_t key_length, const struct crypto_piece *pieces,
                        size_t count, uint8_t mac[CRYPTO_HMAC_BYTES])
{
    uint8_t block[SHA256_BLOCK_BYTES] = {0};
    if (key_length > sizeof(block)) {
        crypto_sha256(key, key_length, block);
    } else if (key_length > 0) {
        memcpy(block, key, key_length);
    }

    struct crypto_sha256 hash;
    uint8_t inner[CRYPTO_SHA256_BYTES];
    start_padded(&hash, block, INNER_PAD);
    for (size_t i = 0; i < count; i++) {
        crypto_sha256_update(&hash, pieces[i].data, pieces[i].length);
    }
    crypto_sha256_finish(&hash, inner);

    start_padded(&hash, block, OUTER_PAD);
    crypto_sha256_update(&hash, inner, sizeof(inner));
    crypto_sha256_finish(&hash, mac);

    crypto_wipe(inner, sizeof(inner));
    crypto_wipe(block, sizeof(block));
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
