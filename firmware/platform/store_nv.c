/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Persistent data in the NV block of INIT_EX (store.h). The block is host memory: it is read once,
 * and only while the firmware holds it. It is a medium here like flash: that hostmem refuses it is a
 * medium that does not answer, whatever the reason.
 */
#include <string.h>

#include "abi/sev_data.h"
#include "firmware/platform/store.h"

#define CHUNK_BYTES 0x400u
#define RECORD_BYTES STORE_RECORD_BYTES(sizeof(struct identity))

_Static_assert(RECORD_BYTES <= SEV_NV_BYTES, "sealed identity exceeds the NV block");

static const struct store_place nv_block = {STORE_IDENTITY, STORE_MEDIUM_NV_BLOCK};

static struct store_record record;

/** Whether @p length bytes all equal @p value. */
static bool all_equal(const uint8_t *bytes, size_t length, uint8_t value)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != value) {
            return false;
        }
    }
    return true;
}

enum store_result store_nv_load(const struct hostmem_range *block, struct identity *identity)
{
    if (hostmem_copy_in(block, 0, &record, RECORD_BYTES) != SEV_STATUS_SUCCESS) {
        return STORE_FAILED;
    }
    if (all_equal((const uint8_t *)&record, RECORD_BYTES, 0xFF) ||
        all_equal((const uint8_t *)&record, RECORD_BYTES, 0x00)) {
        return STORE_BLANK;
    }
    return store_open(&record, &nv_block, identity, sizeof *identity) && identity_accept(identity)
               ? STORE_LOADED
               : STORE_DAMAGED;
}

/** Fills the block with FFh from @p offset to its end. */
static bool fill(const struct hostmem_range *block, uint32_t offset)
{
    uint8_t blank[CHUNK_BYTES];

    memset(blank, 0xFF, sizeof blank);
    while (offset < block->length) {
        const uint32_t left = block->length - offset;
        const uint32_t step = left < CHUNK_BYTES ? left : CHUNK_BYTES;

        if (hostmem_copy_out(block, offset, blank, step) != SEV_STATUS_SUCCESS) {
            return false;
        }
        offset += step;
    }
    return true;
}

bool store_nv_save(const struct hostmem_range *block, const struct identity *identity)
{
    return store_seal(&nv_block, 0, identity, sizeof *identity, &record) &&
           hostmem_copy_out(block, 0, &record, RECORD_BYTES) == SEV_STATUS_SUCCESS &&
           fill(block, RECORD_BYTES);
}

bool store_nv_erase(const struct hostmem_range *block)
{
    return fill(block, 0);
}
