/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encrypting many pages at once (memory_batch.h).
 */
#include "crypto/memory_batch.h"

#include <string.h>

#include "crypto/cipher_engine_internal.h"
#include "crypto/fatal.h"
#include "crypto/memory_encryption_internal.h"

_Static_assert(CRYPTO_MEMORY_BATCH_BYTES == ENGINE_BYTES_MAX, "a batch is what the engine takes");

/** The batch that is being encrypted. */
static struct {
    const struct crypto_memory_key *key;
    uint64_t paddr;
    uint32_t length;
    bool is_the_engines;
} batch;

static uint32_t used; /* Bytes at the start of the plaintext's buffer that are to be wiped. */

bool crypto_memory_batch_is_worth(size_t length)
{
    return engine_is_worth(length);
}

uint8_t *crypto_memory_batch_plaintext(void)
{
    return hal_cipher_buffer(HAL_CIPHER_INPUT);
}

void crypto_memory_batch_start(const struct crypto_memory_key *key, uint64_t paddr, uint32_t length)
{
    if (paddr % MEMORY_PAGE_BYTES != 0 || length % MEMORY_BLOCK_BYTES != 0 || length == 0 ||
        length > CRYPTO_MEMORY_BATCH_BYTES) {
        crypto_fatal("memory batch");
    }
    batch.key = key;
    batch.paddr = paddr;
    batch.length = length;
    batch.is_the_engines = memory_engine_start(key, true, paddr, length, HAL_CIPHER_OUTPUT);
    used = length > used ? length : used;
}

const uint8_t *crypto_memory_batch_finish(void)
{
    uint8_t *const ciphertext = hal_cipher_buffer(HAL_CIPHER_OUTPUT);

    if (!batch.is_the_engines || !engine_finish()) {
        memory_encrypt_by_cpu(batch.key, batch.paddr, hal_cipher_buffer(HAL_CIPHER_INPUT),
                              ciphertext, batch.length);
    }
    batch.key = NULL;
    return ciphertext;
}

void crypto_memory_batch_wipe(void)
{
    crypto_wipe(hal_cipher_buffer(HAL_CIPHER_INPUT), used);
    used = 0;
}
