/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encrypting many pages while the CPU does something else with them, such as hashing: by the cipher
 * engine. One batch at a time, in buffers that no x86 address leads to.
 *
 *     if (crypto_memory_batch_is_worth(length)) {
 *         for each part of at most CRYPTO_MEMORY_BATCH_BYTES:
 *             put it into crypto_memory_batch_plaintext()
 *             crypto_memory_batch_start()
 *             read the plaintext as often as needed, and nothing else of this file
 *             take the ciphertext from crypto_memory_batch_finish()
 *         crypto_memory_batch_wipe()
 *     }
 *
 * Who does something meanwhile that takes longer than the engine need not ask whether it is worth
 * the while. Without an engine crypto_memory_batch_finish() does the work.
 */
#ifndef CRYPTO_MEMORY_BATCH_H
#define CRYPTO_MEMORY_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/memory_encryption.h"
#include "crypto/secret.h"

#define CRYPTO_MEMORY_BATCH_BYTES 0x10000u

/**
 * @param length  of all parts together, in bytes
 * @return whether there is an engine, and it would gain time
 */
CRYPTO_CHECKED bool crypto_memory_batch_is_worth(size_t length);

/** @return CRYPTO_MEMORY_BATCH_BYTES for the plaintext */
uint8_t *crypto_memory_batch_plaintext(void);

/**
 * Begins to encrypt the plaintext, which must not change until the end.
 *
 * @param key     in place until crypto_memory_batch_finish()
 * @param paddr   where the first byte belongs in x86 memory, a multiple of 4096
 * @param length  in bytes, 16..CRYPTO_MEMORY_BATCH_BYTES, a multiple of 16
 */
void crypto_memory_batch_start(const struct crypto_memory_key *key, uint64_t paddr,
                               uint32_t length);

/**
 * Waits for the end; if the engine has failed, the CPU does the work.
 *
 * @return the ciphertext, as long as the plaintext; there until the next batch
 */
const uint8_t *crypto_memory_batch_finish(void);

/** Wipes the plaintext of all batches. */
void crypto_memory_batch_wipe(void);

#endif
