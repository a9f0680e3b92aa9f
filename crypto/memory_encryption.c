/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory encryption: chooses what computes it, and cuts requests into pages.
 */
#include "crypto/memory_encryption.h"

#include <string.h>

#include "crypto/cipher_engine_internal.h"
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
    const char *name = crypto_engine_name();

    return name != NULL ? name : engine()->name;
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
    uint8_t *const keys = (uint8_t *)key + MEMORY_SCHEDULES_BYTES;

    engine()->set(key, data_key, tweak_key);
    memcpy(keys, data_key, MEMORY_KEYS_BYTES / 2);
    memcpy(keys + MEMORY_KEYS_BYTES / 2, tweak_key, MEMORY_KEYS_BYTES / 2);
}

void memory_engine_work(const struct crypto_memory_key *key, bool encrypt, uint64_t paddr,
                        uint32_t length, struct engine_work *work)
{
    *work = (struct engine_work){
        .key = {.algorithm = HAL_CIPHER_AES_128_XTS, .encrypt = encrypt},
        .page = paddr / MEMORY_PAGE_BYTES,
        .length = length,
        .from = HAL_CIPHER_INPUT,
        .to = HAL_CIPHER_INPUT,
    };
    memcpy(work->key.bytes, (const uint8_t *)key + MEMORY_SCHEDULES_BYTES, MEMORY_KEYS_BYTES);
}

bool memory_engine_start(const struct crypto_memory_key *key, bool encrypt, uint64_t paddr,
                         uint32_t length, enum hal_cipher_buffer to)
{
    struct engine_work work;
    bool started = false;

    if (crypto_engine_name() != NULL) {
        memory_engine_work(key, encrypt, paddr, length, &work);
        work.to = to;
        started = engine_start(&work, 1);
        crypto_wipe(&work.key, sizeof work.key);
    }
    return started;
}

/** Whole batches by the cipher engine. @return how many bytes are done; less if it failed */
static size_t crypt_batches(const struct crypto_memory_key *key, bool encrypt, uint64_t paddr,
                            const uint8_t *input, uint8_t *output, size_t length)
{
    uint8_t *const buffer = hal_cipher_buffer(HAL_CIPHER_INPUT);
    size_t done = 0;
    bool ok = true;

    while (ok && done < length) {
        const size_t left = length - done;
        const uint32_t part = left < ENGINE_BYTES_MAX ? (uint32_t)left : ENGINE_BYTES_MAX;

        memcpy(buffer, input + done, part);
        ok = memory_engine_start(key, encrypt, paddr + done, part, HAL_CIPHER_INPUT) &&
             engine_finish();
        if (ok) {
            memcpy(output + done, buffer, part);
            done += part;
        }
    }
    crypto_wipe(buffer, length < ENGINE_BYTES_MAX ? length : ENGINE_BYTES_MAX);
    return done;
}

/** Many bytes by the cipher engine, from a page's start on; the others by the CPU. */
static void crypt_all(const struct crypto_memory_key *key, bool encrypt, uint64_t paddr,
                      const uint8_t *input, uint8_t *output, size_t length)
{
    const size_t head = (size_t)(-paddr % MEMORY_PAGE_BYTES);
    size_t done = 0;

    void (*const crypt)(const struct crypto_memory_key *, const struct memory_run *) =
        encrypt ? engine()->encrypt : engine()->decrypt;
    if (length > head && length % MEMORY_BLOCK_BYTES == 0 && engine_is_worth(length - head)) {
        memory_crypt(crypt, key, paddr, input, output, head);
        done = head + crypt_batches(key, encrypt, paddr + head, input + head, output + head,
                                    length - head);
    }
    if (length > done) {
        memory_crypt(crypt, key, paddr + done, input + done, output + done, length - done);
    }
}

void memory_encrypt_by_cpu(const struct crypto_memory_key *key, uint64_t paddr,
                           const uint8_t *input, uint8_t *output, size_t length)
{
    memory_crypt(engine()->encrypt, key, paddr, input, output, length);
}

void crypto_memory_encrypt(const struct crypto_memory_key *key, uint64_t paddr,
                           const uint8_t *input, uint8_t *output, size_t length)
{
    crypt_all(key, true, paddr, input, output, length);
}

void crypto_memory_decrypt(const struct crypto_memory_key *key, uint64_t paddr,
                           const uint8_t *input, uint8_t *output, size_t length)
{
    crypt_all(key, false, paddr, input, output, length);
}
