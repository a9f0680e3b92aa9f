/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between guest memory and packets (transport.h). The engine's work is done in its buffers; what the
 * caller has stays as it is until all of it is done, so that the CPU can begin anew when it fails.
 */
#include "crypto/transport.h"

#include <string.h>

#include "crypto/aes.h"
#include "crypto/cipher_engine_internal.h"
#include "crypto/memory_encryption_internal.h"
#include "crypto/secret.h"

#define HASH_BLOCK_BYTES 64u
#define KEY_BYTES 16u

/** Requests that one packet needs: its pages, and the message for CTR. */
#define PAGES_MAX (HAL_CIPHER_REQUESTS - 1u)

static bool is_engines(const struct crypto_transport *transport, uint32_t length)
{
    return transport->paddr % MEMORY_PAGE_BYTES == 0 && length % MEMORY_BLOCK_BYTES == 0 &&
           length <= PAGES_MAX * MEMORY_PAGE_BYTES && engine_is_worth(length);
}

/** CTR of a buffer's first bytes, in place. */
static struct engine_work ctr_work(const struct crypto_transport *transport, uint32_t length,
                                   enum hal_cipher_buffer buffer)
{
    struct engine_work work = {
        .key = {.algorithm = HAL_CIPHER_AES_128_CTR, .encrypt = true},
        .iv = transport->iv,
        .length = length,
        .from = buffer,
        .to = buffer,
    };

    memcpy(work.key.bytes, transport->key, KEY_BYTES);
    return work;
}

/** Joins plaintext and key stream, which the engine has left in its buffers, block by block. */
static void join(uint8_t *bytes, uint32_t length)
{
    typedef uint8_t block __attribute__((vector_size(MEMORY_BLOCK_BYTES)));
    const uint8_t *plaintext = hal_cipher_buffer(HAL_CIPHER_INPUT);
    const uint8_t *stream = hal_cipher_buffer(HAL_CIPHER_OUTPUT);

    for (uint32_t i = 0; i < length; i += sizeof(block)) {
        block first;
        block second;

        memcpy(&first, plaintext + i, sizeof first);
        memcpy(&second, stream + i, sizeof second);
        first ^= second;
        memcpy(bytes + i, &first, sizeof first);
    }
}

/**
 * Decrypts memory and makes the key stream, which is the encryption of zeros, at once: neither waits
 * for the other.
 */
static bool seal_by_engine(const struct crypto_transport *transport, uint8_t *bytes,
                           uint32_t length)
{
    struct engine_work works[ENGINE_WORKS_MAX];
    bool ok;

    memcpy(hal_cipher_buffer(HAL_CIPHER_INPUT), bytes, length);
    memset(hal_cipher_buffer(HAL_CIPHER_OUTPUT), 0, length);
    memory_engine_work(transport->memory_key, false, transport->paddr, length, &works[0]);
    works[1] = ctr_work(transport, length, HAL_CIPHER_OUTPUT);
    ok = engine_start(works, ENGINE_WORKS_MAX) && engine_finish();
    if (ok) {
        join(bytes, length);
    }
    crypto_wipe(works, sizeof works);
    engine_wipe(length);
    return ok;
}

void crypto_transport_seal(const struct crypto_transport *transport, uint8_t *bytes,
                           uint32_t length, struct crypto_hmac *mac)
{
    if (!is_engines(transport, length) || !seal_by_engine(transport, bytes, length)) {
        crypto_memory_decrypt(transport->memory_key, transport->paddr, bytes, bytes, length);
        crypto_aes128_ctr(transport->key, transport->iv, bytes, bytes, length);
    }
    crypto_hmac_update(mac, bytes, length);
}

/** Does a piece of work while the CPU hashes. */
static bool work_and_hash(const struct engine_work *work, const uint8_t *bytes, uint32_t length,
                          struct crypto_hmac *mac)
{
    const bool started = engine_start(work, 1);

    crypto_hmac_update(mac, bytes, length);
    return started && engine_finish();
}

/** Encrypts for memory what has been decrypted; the CPU hashes one half during each. */
static bool open_by_engine(const struct crypto_transport *transport, uint8_t *bytes,
                           uint32_t length, struct crypto_hmac *mac)
{
    const uint32_t half = length / 2u & ~(HASH_BLOCK_BYTES - 1u);
    uint8_t *const buffer = hal_cipher_buffer(HAL_CIPHER_INPUT);
    struct engine_work work = ctr_work(transport, length, HAL_CIPHER_INPUT);
    bool ok;

    memcpy(buffer, bytes, length);
    ok = work_and_hash(&work, bytes, half, mac);
    if (ok) {
        memory_engine_work(transport->memory_key, true, transport->paddr, length, &work);
        ok = work_and_hash(&work, bytes + half, length - half, mac);
    } else {
        crypto_hmac_update(mac, bytes + half, length - half);
    }
    if (ok) {
        memcpy(bytes, buffer, length);
    }
    crypto_wipe(&work, sizeof work);
    crypto_wipe(buffer, length);
    return ok;
}

void crypto_transport_open(const struct crypto_transport *transport, uint8_t *bytes,
                           uint32_t length, struct crypto_hmac *mac)
{
    if (is_engines(transport, length)) {
        if (open_by_engine(transport, bytes, length, mac)) {
            return;
        }
    } else {
        crypto_hmac_update(mac, bytes, length);
    }
    crypto_aes128_ctr(transport->key, transport->iv, bytes, bytes, length);
    crypto_memory_encrypt(transport->memory_key, transport->paddr, bytes, bytes, length);
}
