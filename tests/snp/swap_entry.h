/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metadata entries and pages that are swapped out (section 9.4): AES-256-GCM under the guest's OEK.
 * A migration agent knows the OEK from an exported context, and can open such a page, or make one.
 *
 *     assert_null(witness_swap_read(entry_bytes, &entry));
 *     assert_true(witness_swap_open(oek, entry_bytes, ciphertext, plaintext, 4096));
 */
#ifndef TESTS_SNP_SWAP_ENTRY_H
#define TESTS_SNP_SWAP_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WITNESS_SWAP_ENTRY_BYTES 64u

/** A metadata entry. */
struct witness_swap_entry {
    uint64_t software_data;
    uint64_t iv; /**< The OEK's count that was used. */
    uint8_t tag[16];
    bool valid;
    bool page_validated;
    bool vmsa;
    bool metadata;
    bool large;   /**< 2 MiB */
    uint64_t gpa; /**< A multiple of 4096; 0 for a metadata page. */
    uint8_t vmpl_permissions[4];
};

/**
 * Reads an entry.
 *
 * @return NULL; or what is wrong: reserved bytes, or a combination of bits that no page has. Then
 *         @p entry is filled in nevertheless
 */
const char *witness_swap_read(const uint8_t bytes[WITNESS_SWAP_ENTRY_BYTES],
                              struct witness_swap_entry *entry);

/** Writes an entry. */
void witness_swap_write(const struct witness_swap_entry *entry,
                        uint8_t bytes[WITNESS_SWAP_ENTRY_BYTES]);

/**
 * Decrypts a page.
 *
 * @param oek     32 bytes
 * @param entry   the 64 bytes as SWAP_OUT wrote them; all but the tag are authenticated
 * @param length  4096, or 2 MiB
 * @return false when page or entry are not what was written
 */
bool witness_swap_open(const uint8_t oek[32], const uint8_t entry[WITNESS_SWAP_ENTRY_BYTES],
                       const uint8_t *ciphertext, uint8_t *plaintext, size_t length)
    __attribute__((warn_unused_result));

/** Encrypts a page, and writes the tag into its entry, of which all else is filled in. */
void witness_swap_seal(const uint8_t oek[32], uint8_t entry[WITNESS_SWAP_ENTRY_BYTES],
                       const uint8_t *plaintext, uint8_t *ciphertext, size_t length);

#endif
