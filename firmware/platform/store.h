/*
 * Persistent data (section 5.4): one identity, sealed under a key only this chip can derive, kept in
 * flash bank 1 (INIT) or in the NV block the host supplies (INIT_EX).
 */
#ifndef FIRMWARE_PLATFORM_STORE_H
#define FIRMWARE_PLATFORM_STORE_H

#include <stdbool.h>
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

#define STORE_MAGIC 0x313030564E564553ull /**< "SEVNV001" as stored, little-endian. */

/** A sealed identity. What stands before CIPHERTEXT is authenticated too. */
struct store_sealed {
    uint64_t magic;
    uint32_t length; /**< Of CIPHERTEXT. */
    uint32_t medium; /**< enum store_medium: a record fits one medium only. */
    uint64_t sequence;
    uint8_t nonce[12];
    uint8_t reserved[4];
    uint8_t ciphertext[sizeof(struct identity)];
    uint8_t tag[16];
} ABI_PACKED;
ABI_OFFSET(struct store_sealed, magic, 0x00);
ABI_OFFSET(struct store_sealed, length, 0x08);
ABI_OFFSET(struct store_sealed, medium, 0x0C);
ABI_OFFSET(struct store_sealed, sequence, 0x10);
ABI_OFFSET(struct store_sealed, nonce, 0x18);
ABI_OFFSET(struct store_sealed, reserved, 0x24);
ABI_OFFSET(struct store_sealed, ciphertext, 0x28);

enum store_medium {
    STORE_MEDIUM_FLASH = 0,
    STORE_MEDIUM_NV_BLOCK = 1,
};

/**
 * Seals an identity: AES-256-GCM under the chip's storage key, fresh random nonce.
 *
 * @return false when the random generator fails
 */
CRYPTO_CHECKED bool store_seal(const struct identity *identity, enum store_medium medium,
                               uint64_t sequence, struct store_sealed *sealed);

/** Opens a sealed identity. @return false when it is not what this chip sealed for the medium */
CRYPTO_CHECKED bool store_open(const struct store_sealed *sealed, enum store_medium medium,
                               struct identity *identity);

/* The flash medium: two sectors used in turn, so that a power cut leaves the old or the new. */

CRYPTO_CHECKED enum store_result store_flash_load(struct identity *identity);
CRYPTO_CHECKED bool store_flash_save(const struct identity *identity);
/** Erases all persistent data of the flash. */
CRYPTO_CHECKED bool store_flash_erase(void);

/* The NV block medium: SEV_NV_BYTES of host memory, blank = all FFh or all 00h. */

CRYPTO_CHECKED enum store_result store_nv_load(const struct hostmem_range *block,
                                               struct identity *identity);
CRYPTO_CHECKED bool store_nv_save(const struct hostmem_range *block,
                                  const struct identity *identity);
/** Fills the block with FFh. */
CRYPTO_CHECKED bool store_nv_erase(const struct hostmem_range *block);

#endif
