/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work for the cipher engine. Internal to crypto/: others use crypto/memory_encryption.h,
 * crypto/memory_batch.h and crypto/aes.h.
 */
#ifndef CRYPTO_CIPHER_ENGINE_INTERNAL_H
#define CRYPTO_CIPHER_ENGINE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/cipher_engine.h"
#include "crypto/secret.h"
#include "hal/cipher.h"

#define ENGINE_BYTES_MAX HAL_CIPHER_BUFFER_BYTES
#define ENGINE_WORKS_MAX 2u

/**
 * Less is done by the CPU before the engine would have begun: the engine needs 45 us for four pages,
 * and the CPU, with or without AES instructions, 75 us to 600 us.
 */
#define ENGINE_BYTES_MIN 0x4000u

/** What the engine does with the first bytes of a buffer. */
struct engine_work {
    struct hal_cipher_key key;
    uint64_t page;     /**< XTS: number of the first page, at whose start the bytes begin. */
    const uint8_t *iv; /**< CTR: 16 bytes. */
    uint32_t length;   /**< In bytes; a multiple of 16, at most ENGINE_BYTES_MAX, not 0. */
    enum hal_cipher_buffer from;
    enum hal_cipher_buffer to; /**< May be the same. */
};

/** @return whether the engine is there and idle, and @p length bytes are worth the while */
CRYPTO_CHECKED bool engine_is_worth(size_t length);

/**
 * Starts work. The buffers must not change until engine_finish().
 *
 * @param works  @p count of them, in any order: none uses the result of another. All together are at
 *               most HAL_CIPHER_REQUESTS pages and messages
 * @param count  1..ENGINE_WORKS_MAX
 * @return false when the engine failed: it is given up, and nothing has to be finished
 */
CRYPTO_CHECKED bool engine_start(const struct engine_work *works, uint32_t count);

/** Waits for the work. @return false when the engine failed: it is given up, the result is none */
CRYPTO_CHECKED bool engine_finish(void);

/** Wipes the first @p length bytes of both buffers. */
void engine_wipe(uint32_t length);

/** Whether the engine that the board names computes what the CPU computes; may use it already. */
CRYPTO_CHECKED bool engine_self_test(void);

#endif
