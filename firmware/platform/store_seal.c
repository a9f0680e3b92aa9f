/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealing of persistent data (store.h).
 */
#include <string.h>

#include "crypto/aes.h"
#include "crypto/random.h"
#include "firmware/platform/chip.h"
#include "firmware/platform/store.h"

_Static_assert(STORE_TAG_BYTES == CRYPTO_GCM_TAG_BYTES, "a tag of AES-GCM");

bool store_seal(const struct store_place *place, uint64_t sequence, const void *payload,
                uint32_t length, struct store_record *record)
{
    struct store_header *header = &record->header;

    if (length > STORE_PAYLOAD_MAX) {
        return false;
    }
    *header = (struct store_header){
        .magic = STORE_MAGIC,
        .length = length,
        .medium = (uint32_t)place->medium,
        .sequence = sequence,
        .kind = (uint32_t)place->kind,
    };
    if (!crypto_random(header->nonce, sizeof header->nonce)) {
        return false;
    }
    crypto_aes256_gcm_seal(chip_storage_key(), header->nonce, (const uint8_t *)header,
                           sizeof *header, payload, record->sealed, length,
                           record->sealed + length);
    return true;
}

bool store_open(const struct store_record *record, const struct store_place *place, void *payload,
                uint32_t length)
{
    const struct store_header *header = &record->header;

    memset(payload, 0, length);
    return length <= STORE_PAYLOAD_MAX && header->magic == STORE_MAGIC &&
           header->length == length && header->medium == (uint32_t)place->medium &&
           header->kind == (uint32_t)place->kind &&
           crypto_aes256_gcm_open(chip_storage_key(), header->nonce, (const uint8_t *)header,
                                  sizeof *header, record->sealed, payload, length,
                                  record->sealed + length);
}
