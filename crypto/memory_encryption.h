/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory-encryption engine: AES-128-XTS (IEEE 1619) with the 4 KiB page as data unit and the
 * page frame number of the x86 physical address as unit number. Any 16-byte block can be reached
 * alone. Uses AES instructions where the CPU has them, and the board's cipher engine for many pages.
 */
#ifndef CRYPTO_MEMORY_ENCRYPTION_H
#define CRYPTO_MEMORY_ENCRYPTION_H

#include <stddef.h>
#include <stdint.h>

/** Keys and expanded keys. Opaque and secret: to be wiped by the caller. */
struct crypto_memory_key {
    uint64_t opaque[112];
};

/**
 * @param[out] key  expanded keys
 * @param data_key  key of the ASID's slot
 * @param tweak_key key of the memory controller, common to all slots
 */
void crypto_memory_key_set(struct crypto_memory_key *key, const uint8_t data_key[16],
                           const uint8_t tweak_key[16]);

/**
 * Encrypts for the given place in x86 memory.
 *
 * @param paddr        x86 physical address without C-bit, multiple of 16
 * @param input        @p length bytes
 * @param[out] output  @p length bytes, may be @p input
 * @param length       multiple of 16; may cross pages
 */
void crypto_memory_encrypt(const struct crypto_memory_key *key, uint64_t paddr,
                           const uint8_t *input, uint8_t *output, size_t length);

/** Decrypts what stands at the given place in x86 memory; parameters as above. */
void crypto_memory_decrypt(const struct crypto_memory_key *key, uint64_t paddr,
                           const uint8_t *input, uint8_t *output, size_t length);

/**
 * @return what encrypts memory here, as short text: the name of the cipher engine; else "AESE", the
 *         ARMv8 instructions, or "portable"
 */
const char *crypto_memory_engine_name(void);

#endif
