/*
 * Sealing of persistent data (store.h).
 */
#include <string.h>

#include "crypto/aes.h"
#include "crypto/random.h"
#include "firmware/platform/chip.h"
#include "firmware/platform/store.h"

/** Bytes from the start of a sealed identity that are authenticated but not encrypted. */
#define AUTHENTICATED_BYTES offsetof(struct store_sealed, ciphertext)

bool store_seal(const struct identity *identity, enum store_medium medium, uint64_t sequence,
                struct store_sealed *sealed)
{
    memset(sealed, 0, sizeof *sealed);
    sealed->magic = STORE_MAGIC;
    sealed->length = sizeof sealed->ciphertext;
    sealed->medium = (uint32_t)medium;
    sealed->sequence = sequence;
    if (!crypto_random(sealed->nonce, sizeof sealed->nonce)) {
        return false;
    }
    crypto_aes256_gcm_seal(chip_storage_key(), sealed->nonce, (const uint8_t *)sealed,
                           AUTHENTICATED_BYTES, (const uint8_t *)identity, sealed->ciphertext,
                           sizeof sealed->ciphertext, sealed->tag);
    return true;
}

bool store_open(const struct store_sealed *sealed, enum store_medium medium,
                struct identity *identity)
{
    if (sealed->magic != STORE_MAGIC || sealed->length != sizeof sealed->ciphertext ||
        sealed->medium != (uint32_t)medium) {
        return false;
    }
    if (!crypto_aes256_gcm_open(chip_storage_key(), sealed->nonce, (const uint8_t *)sealed,
                                AUTHENTICATED_BYTES, sealed->ciphertext, (uint8_t *)identity,
                                sizeof sealed->ciphertext, sealed->tag)) {
        return false;
    }
    if (identity->version != IDENTITY_VERSION) {
        crypto_wipe(identity, sizeof *identity);
        return false;
    }
    return true;
}
