/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metadata entries and pages that are swapped out (swap_entry.h).
 */
#include "tests/snp/swap_entry.h"

#include <string.h>

#include "tests/snp/bytes.h"
#include "tests/snp/gcm.h"

#define AT_SOFTWARE_DATA 0x00u
#define AT_IV 0x08u
#define AT_TAG 0x10u
#define AT_WORD 0x20u
#define AT_PERMISSIONS 0x28u
#define AT_RESERVED_2C 0x2Cu
#define AT_RESERVED_30 0x30u

#define WORD_VALID (1ull << 0)
#define WORD_VALIDATED (1ull << 1)
#define WORD_VMSA (1ull << 2)
#define WORD_METADATA (1ull << 3)
#define WORD_LARGE (1ull << 4)
#define WORD_GPA 0xFFFFFFFFFFFFF000ull
#define WORD_RESERVED 0xFE0ull

#define LARGE_PAGE_BYTES 0x200000ull

static const char *check(const struct witness_swap_entry *entry)
{
    if (entry->metadata && (entry->vmsa || entry->large || entry->page_validated)) {
        return "a metadata page that is something else, too";
    }
    if (entry->metadata && entry->gpa != 0) {
        return "GPA of a metadata page";
    }
    if (entry->large && entry->vmsa) {
        return "a VMSA of 2 MiB";
    }
    if (entry->large && entry->gpa % LARGE_PAGE_BYTES != 0) {
        return "GPA of a page of 2 MiB";
    }
    return NULL;
}

const char *witness_swap_read(const uint8_t bytes[WITNESS_SWAP_ENTRY_BYTES],
                              struct witness_swap_entry *entry)
{
    const uint64_t word = witness_load64(bytes + AT_WORD);

    *entry = (struct witness_swap_entry){
        .software_data = witness_load64(bytes + AT_SOFTWARE_DATA),
        .iv = witness_load64(bytes + AT_IV),
        .valid = (word & WORD_VALID) != 0,
        .page_validated = (word & WORD_VALIDATED) != 0,
        .vmsa = (word & WORD_VMSA) != 0,
        .metadata = (word & WORD_METADATA) != 0,
        .large = (word & WORD_LARGE) != 0,
        .gpa = word & WORD_GPA,
    };
    memcpy(entry->tag, bytes + AT_TAG, sizeof entry->tag);
    memcpy(entry->vmpl_permissions, bytes + AT_PERMISSIONS, sizeof entry->vmpl_permissions);
    if ((word & WORD_RESERVED) != 0) {
        return "reserved bits of the entry's word";
    }
    if (!witness_is_zero(bytes + AT_RESERVED_2C, AT_RESERVED_30 - AT_RESERVED_2C)) {
        return "reserved bytes at 2Ch";
    }
    if (!witness_is_zero(bytes + AT_RESERVED_30, WITNESS_SWAP_ENTRY_BYTES - AT_RESERVED_30)) {
        return "reserved bytes at 30h";
    }
    return check(entry);
}

void witness_swap_write(const struct witness_swap_entry *entry,
                        uint8_t bytes[WITNESS_SWAP_ENTRY_BYTES])
{
    const uint64_t word = (entry->valid ? WORD_VALID : 0) |
                          (entry->page_validated ? WORD_VALIDATED : 0) |
                          (entry->vmsa ? WORD_VMSA : 0) | (entry->metadata ? WORD_METADATA : 0) |
                          (entry->large ? WORD_LARGE : 0) | (entry->gpa & WORD_GPA);

    memset(bytes, 0, WITNESS_SWAP_ENTRY_BYTES);
    witness_store64(bytes + AT_SOFTWARE_DATA, entry->software_data);
    witness_store64(bytes + AT_IV, entry->iv);
    memcpy(bytes + AT_TAG, entry->tag, sizeof entry->tag);
    witness_store64(bytes + AT_WORD, word);
    memcpy(bytes + AT_PERMISSIONS, entry->vmpl_permissions, sizeof entry->vmpl_permissions);
}

/* The tag covers the entry as it is written, with 0 in the tag's place. */
static struct witness_gcm cipher_of(const uint8_t *oek, const uint8_t *entry,
                                    uint8_t aad[WITNESS_SWAP_ENTRY_BYTES])
{
    struct witness_gcm gcm = {.key = oek, .aad = aad, .aad_length = WITNESS_SWAP_ENTRY_BYTES};

    memcpy(aad, entry, WITNESS_SWAP_ENTRY_BYTES);
    memset(aad + AT_TAG, 0, WITNESS_GCM_TAG_BYTES);
    witness_gcm_count(witness_load64(entry + AT_IV), gcm.iv);
    return gcm;
}

bool witness_swap_open(const uint8_t oek[32], const uint8_t entry[WITNESS_SWAP_ENTRY_BYTES],
                       const uint8_t *ciphertext, uint8_t *plaintext, size_t length)
{
    uint8_t aad[WITNESS_SWAP_ENTRY_BYTES];
    const struct witness_gcm gcm = cipher_of(oek, entry, aad);

    return witness_gcm_open(&gcm, ciphertext, plaintext, length, entry + AT_TAG);
}

void witness_swap_seal(const uint8_t oek[32], uint8_t entry[WITNESS_SWAP_ENTRY_BYTES],
                       const uint8_t *plaintext, uint8_t *ciphertext, size_t length)
{
    uint8_t aad[WITNESS_SWAP_ENTRY_BYTES];
    const struct witness_gcm gcm = cipher_of(oek, entry, aad);

    witness_gcm_seal(&gcm, plaintext, ciphertext, length, entry + AT_TAG);
}
