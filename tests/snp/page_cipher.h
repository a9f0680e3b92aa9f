/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory controller's cipher (docs/fabric.md): AES-128-XTS, a page of 4 KiB is a data unit;
 * AES-256-XTS where the slot says so.
 */
#ifndef TESTS_SNP_PAGE_CIPHER_H
#define TESTS_SNP_PAGE_CIPHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Keys as the fabric shows them: of an ASID's slot, and the tweak key. */
struct witness_page_keys {
    const uint8_t *data_key;  /**< 16 bytes, or 32 */
    const uint8_t *tweak_key; /**< As many. */
    bool aes_256;
};

/**
 * What DRAM holds of a guest's memory, and what a guest reads of what DRAM holds.
 *
 * @param paddr   of the first page, without the C-bit
 * @param pages   of 4096 bytes
 * @param input   may be the same as @p output
 */
void witness_pages_encrypt(const struct witness_page_keys *keys, uint64_t paddr,
                           const uint8_t *input, uint8_t *output, size_t pages);
void witness_pages_decrypt(const struct witness_page_keys *keys, uint64_t paddr,
                           const uint8_t *input, uint8_t *output, size_t pages);

#endif
