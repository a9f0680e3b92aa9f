/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Persistent data (section 5.4): records of several kinds, each sealed under a key only this chip can
 * derive. The identity is kept in flash bank 1 (INIT) or in the NV block that the host supplies
 * (INIT_EX); what must outlive it has a journal of its own (rollback.h).
 */
#ifndef FIRMWARE_PLATFORM_STORE_H
#define FIRMWARE_PLATFORM_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/abi.h"
#include "firmware/hostmem.h"
#include "firmware/platform/identity.h"

/** What a medium holds. */
enum store_result {
    STORE_LOADED,
    STORE_BLANK,   /**< Nothing was ever written, or it was erased. */
    STORE_DAMAGED, /**< There is data, and it is not what this chip wrote. */
    STORE_FAILED,  /**< The medium does not answer, or may not be touched. */
};

/** What a record holds. Records had no kind once, and a 0 in its place: all of them were identities. */
enum store_kind {
    STORE_IDENTITY = 0,
    STORE_ROLLBACK = 1,
};

enum store_medium {
    STORE_MEDIUM_FLASH = 0,
    STORE_MEDIUM_NV_BLOCK = 1,
};

#define STORE_MAGIC 0x313030564E564553ull /**< "SEVNV001" as stored, little-endian. */
#define STORE_TAG_BYTES 16u
#define STORE_PAYLOAD_MAX 0x2000u

/** What stands before the ciphertext, and is authenticated too. */
struct store_header {
    uint64_t magic;
    uint32_t length; /**< Of the ciphertext. */
    uint32_t medium; /**< enum store_medium: a record fits one medium only. */
    uint64_t sequence;
    uint8_t nonce[12];
    uint32_t kind; /**< enum store_kind: and one purpose only. */
} ABI_PACKED;
ABI_SIZE(struct store_header, 0x28);
ABI_OFFSET(struct store_header, magic, 0x00);
ABI_OFFSET(struct store_header, length, 0x08);
ABI_OFFSET(struct store_header, medium, 0x0C);
ABI_OFFSET(struct store_header, sequence, 0x10);
ABI_OFFSET(struct store_header, nonce, 0x18);
ABI_OFFSET(struct store_header, kind, 0x24);

/** A sealed record; STORE_RECORD_BYTES of it are used. */
struct store_record {
    struct store_header header;
    uint8_t sealed[STORE_PAYLOAD_MAX + STORE_TAG_BYTES]; /**< Ciphertext, then the tag. */
} ABI_PACKED;
ABI_OFFSET(struct store_record, sealed, 0x28);

/** Bytes of a record with a payload of @p length bytes. */
#define STORE_RECORD_BYTES(length) (sizeof(struct store_header) + (length) + STORE_TAG_BYTES)

_Static_assert(sizeof(struct identity) <= STORE_PAYLOAD_MAX, "an identity fits a record");

/** What a record is for; all of it is authenticated. */
struct store_place {
    enum store_kind kind;
    enum store_medium medium;
};

/**
 * Seals a record: AES-256-GCM under the chip's storage key, fresh random nonce.
 *
 * @param payload      @p length bytes, at most STORE_PAYLOAD_MAX
 * @param[out] record  its first STORE_RECORD_BYTES(length) bytes are written
 * @return false when the payload is too long or the random generator fails
 */
CRYPTO_CHECKED bool store_seal(const struct store_place *place, uint64_t sequence,
                               const void *payload, uint32_t length, struct store_record *record);

/**
 * Opens a record.
 *
 * @param record        STORE_RECORD_BYTES(length) bytes of it are read
 * @param[out] payload  @p length bytes, zeroed on failure
 * @return false when it is not what this chip sealed for the place, or has another length
 */
CRYPTO_CHECKED bool store_open(const struct store_record *record, const struct store_place *place,
                               void *payload, uint32_t length);

/* The identity in flash: a journal in the first sectors (journal.h). */

CRYPTO_CHECKED enum store_result store_flash_load(struct identity *identity);
CRYPTO_CHECKED bool store_flash_save(const struct identity *identity);
/** Erases the identity in flash. */
CRYPTO_CHECKED bool store_flash_erase(void);

/* The identity in the NV block: SEV_NV_BYTES of host memory, blank = all FFh or all 00h. */

CRYPTO_CHECKED enum store_result store_nv_load(const struct hostmem_range *block,
                                               struct identity *identity);
CRYPTO_CHECKED bool store_nv_save(const struct hostmem_range *block,
                                  const struct identity *identity);
/** Fills the block with FFh. */
CRYPTO_CHECKED bool store_nv_erase(const struct hostmem_range *block);

#endif
