/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory encryption: chooses the engine and cuts requests into pages.
 */
#include "crypto/memory_encryption.h"

#include "crypto/fatal.h"
#include "crypto/memory_encryption_internal.h"

#ifdef __arm__
#include "hal/system.h"
#endif

const struct memory_engine *crypto_memory_accelerated(void)
{
#ifdef __arm__
    return hal_cpu_has_aes() ? &memory_engine_armv8 : NULL;
#else
    return NULL;
#endif
}

static const struct memory_engine *engine(void)
{
    const struct memory_engine *accelerated = crypto_memory_accelerated();
    return accelerated != NULL ? accelerated : crypto_memory_portable();
}

const char *crypto_memory_engine_name(void)
{
    return engine()->name;
}

void memory_crypt(void (*crypt)(const struct crypto_memory_key *key, const struct memory_run *run),
                  const struct crypto_memory_key *key, uint64_t paddr, const uint8_t *input,
                  uint8_t *output, size_t length)
{
    if (paddr % MEMORY_BLOCK_BYTES != 0 || length % MEMORY_BLOCK_BYTES != 0) {
        crypto_fatal("memory encryption"); /* Half a block cannot be encrypted. */
    }
    while (length > 0) {
        const size_t offset = (size_t)(paddr % MEMORY_PAGE_BYTES);
        const size_t in_page = MEMORY_PAGE_BYTES - offset;
        const size_t part = length < in_page ? length : in_page;
        const struct memory_run run = {
            .page = paddr / MEMORY_PAGE_BYTES,
            .first_block = (uint32_t)(offset / MEMORY_BLOCK_BYTES),
            .blocks = (uint32_t)(part / MEMORY_BLOCK_BYTES),
            .input = input,
            .output = output,
        };
        crypt(key, &run);
        paddr += part;
        input += part;
        output += part;
        length -= part;
    }
}

void crypto_memory_key_set(struct crypto_memory_key *key, const uint8_t data_key[16],
                           const uint8_t tweak_key[16])
{
    engine()->set(key, data_key, tweak_key);
}

void crypto_memory_encrypt(const struct crypto_memory_key *key, uint64_t paddr,
                           const uint8_t *input, uint8_t *output, size_t length)
{
    memory_crypt(engine()->encrypt, key, paddr, input, output, length);
}

void crypto_memory_decrypt(const struct crypto_memory_key *key, uint64_t paddr,
                           const uint8_t *input, uint8_t *output, size_t length)
{
    memory_crypt(engine()->decrypt, key, paddr, input, output, length);
}
