/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hand-over between two firmwares (handover.h): a header, then records, each padded to 8 bytes.
 */
#include "firmware/handover.h"

#include <stddef.h>
#include <string.h>

#include "abi/abi.h"
#include "crypto/sha2.h"
#include "hal/system.h"

#define MAGIC 0x31524556444E4148ull /**< "HANDVER1" as stored, little-endian. */
#define VERSION 1u
#define TAKEN 0u /**< In place of a tag. */

struct header {
    uint64_t magic;
    uint8_t digest[CRYPTO_SHA256_BYTES]; /**< SHA-256 from VERSION to the end of the records. */
    uint32_t version;
    uint32_t bytes; /**< Of all records. */
} ABI_PACKED;
ABI_SIZE(struct header, 0x30);
ABI_OFFSET(struct header, digest, 0x08);
ABI_OFFSET(struct header, version, 0x28);
ABI_OFFSET(struct header, bytes, 0x2C);

struct record {
    uint32_t tag;
    uint32_t length; /**< Of what follows, without padding. */
} ABI_PACKED;
ABI_SIZE(struct record, 0x8);

#define RECORDS_MAX (HAL_HANDOVER_RECORD_BYTES - (uint32_t)sizeof(struct header))

/** Bytes of records that were added, or that may be taken. */
static uint32_t used;

static uint8_t *records(void)
{
    return hal_handover_records() + sizeof(struct header);
}

/** Length of a record with its padding; @p length is at most RECORDS_MAX. */
static uint32_t padded(uint32_t length)
{
    return (uint32_t)sizeof(struct record) + ((length + 7u) & ~7u);
}

static void digest_of(uint32_t bytes, uint8_t digest[CRYPTO_SHA256_BYTES])
{
    const size_t start = offsetof(struct header, version);

    crypto_sha256(hal_handover_records() + start, sizeof(struct header) - start + bytes, digest);
}

void handover_wipe(void)
{
    crypto_wipe(hal_handover_records(), HAL_HANDOVER_RECORD_BYTES);
    used = 0;
}

void handover_begin(void)
{
    handover_wipe();
}

bool handover_add(uint32_t tag, const void *bytes, uint32_t length)
{
    const struct record record = {.tag = tag, .length = length};

    if (tag == TAKEN || length > RECORDS_MAX || padded(length) > RECORDS_MAX - used) {
        return false;
    }
    memcpy(records() + used, &record, sizeof record);
    memcpy(records() + used + sizeof record, bytes, length);
    used += padded(length);
    return true;
}

void handover_seal(void)
{
    struct header header = {.magic = MAGIC, .version = VERSION, .bytes = used};

    memcpy(hal_handover_records(), &header, sizeof header);
    digest_of(used, header.digest);
    memcpy(hal_handover_records(), &header, sizeof header);
}

/** Whether records fill @p bytes exactly, none running over the end. */
static bool are_whole(uint32_t bytes)
{
    uint32_t offset = 0;

    while (offset < bytes) {
        struct record record;

        if (bytes - offset < sizeof record) {
            return false;
        }
        memcpy(&record, records() + offset, sizeof record);
        if (record.length > bytes - offset || padded(record.length) > bytes - offset) {
            return false;
        }
        offset += padded(record.length);
    }
    return true;
}

const char *handover_open(void)
{
    uint8_t digest[CRYPTO_SHA256_BYTES];
    struct header header;

    used = 0;
    memcpy(&header, hal_handover_records(), sizeof header);
    if (header.magic == 0) {
        return NULL;
    }
    if (header.magic != MAGIC || header.version != VERSION) {
        return "the hand-over is of an unknown kind";
    }
    if (header.bytes > RECORDS_MAX) {
        return "the hand-over is damaged";
    }
    digest_of(header.bytes, digest);
    if (!crypto_equal(digest, header.digest, sizeof digest) || !are_whole(header.bytes)) {
        return "the hand-over is damaged";
    }
    used = header.bytes;
    return NULL;
}

bool handover_take(uint32_t tag, void *bytes, uint32_t length)
{
    for (uint32_t offset = 0; offset < used;) {
        struct record record;

        memcpy(&record, records() + offset, sizeof record);
        if (record.tag == tag) {
            if (record.length != length) {
                return false;
            }
            memcpy(bytes, records() + offset + sizeof record, length);
            record.tag = TAKEN;
            memcpy(records() + offset, &record, sizeof record);
            return true;
        }
        offset += padded(record.length);
    }
    return false;
}

const char *handover_close(void)
{
    uint32_t left = 0;

    for (uint32_t offset = 0; offset < used;) {
        struct record record;

        memcpy(&record, records() + offset, sizeof record);
        left |= record.tag;
        offset += padded(record.length);
    }
    handover_wipe();
    return (left & HANDOVER_REQUIRED) == 0 ? NULL
                                           : "this firmware cannot take over what ran before";
}
