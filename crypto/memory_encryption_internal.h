/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways to compute the memory encryption. Internal to crypto/: others use
 * crypto/memory_encryption.h.
 */
#ifndef CRYPTO_MEMORY_ENCRYPTION_INTERNAL_H
#define CRYPTO_MEMORY_ENCRYPTION_INTERNAL_H

#include <stdbool.h>

#include "crypto/cipher_engine_internal.h"
#include "crypto/memory_encryption.h"
#include "crypto/secret.h"

#define MEMORY_BLOCK_BYTES 16u
#define MEMORY_PAGE_BYTES 4096u

/* A key begins with the schedules of the CPU's engine, and ends with data key and tweak key. */
#define MEMORY_KEYS_BYTES 32u
#define MEMORY_SCHEDULES_BYTES (sizeof(struct crypto_memory_key) - MEMORY_KEYS_BYTES)

/** A run of blocks within one page. */
struct memory_run {
    uint64_t page;        /**< Page frame number: the data unit's number. */
    uint32_t first_block; /**< Index of the first block in the page. */
    uint32_t blocks;      /**< How many; first_block + blocks <= 256. */
    const uint8_t *input; /**< blocks * 16 bytes. */
    uint8_t *output;      /**< As many; may be the input. */
};

struct memory_engine {
    const char *name; /**< Short, in ASCII. */
    /** Expands the keys; the layout of @p key is the engine's own. */
    void (*set)(struct crypto_memory_key *key, const uint8_t data_key[16],
                const uint8_t tweak_key[16]);
    void (*encrypt)(const struct crypto_memory_key *key, const struct memory_run *run);
    void (*decrypt)(const struct crypto_memory_key *key, const struct memory_run *run);
};

/** @return the engine in C */
const struct memory_engine *crypto_memory_portable(void);

/** @return the engine that uses the CPU's AES instructions, or NULL when it has none */
const struct memory_engine *crypto_memory_accelerated(void);

/** The engine with ARMv8 instructions; exists on the board only. */
extern const struct memory_engine memory_engine_armv8;

/** Cuts [paddr, paddr + length) into runs and hands them to @p crypt. */
void memory_crypt(void (*crypt)(const struct crypto_memory_key *key, const struct memory_run *run),
                  const struct crypto_memory_key *key, uint64_t paddr, const uint8_t *input,
                  uint8_t *output, size_t length);

/** crypto_memory_encrypt() without the cipher engine. */
void memory_encrypt_by_cpu(const struct crypto_memory_key *key, uint64_t paddr,
                           const uint8_t *input, uint8_t *output, size_t length);

/**
 * Describes what the cipher engine is to do with its input buffer, in place.
 *
 * @param paddr      a multiple of MEMORY_PAGE_BYTES
 * @param length     in bytes; a multiple of 16, at most ENGINE_BYTES_MAX, not 0
 * @param[out] work  holds the keys: to be wiped
 */
void memory_engine_work(const struct crypto_memory_key *key, bool encrypt, uint64_t paddr,
                        uint32_t length, struct engine_work *work);

/**
 * Has the cipher engine work on what stands in its input buffer (cipher_engine_internal.h).
 *
 * @param paddr   and @p length: as above
 * @param to      where the result comes
 * @return false when there is none or it failed; otherwise engine_finish() follows
 */
CRYPTO_CHECKED bool memory_engine_start(const struct crypto_memory_key *key, bool encrypt,
                                        uint64_t paddr, uint32_t length, enum hal_cipher_buffer to);

#endif
