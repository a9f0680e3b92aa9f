/*
 * Persistent data in the NV block of INIT_EX (store.h). The block is host memory: it is read once,
 * and only while the firmware holds it.
 */
#include <string.h>

#include "abi/sev_data.h"
#include "firmware/platform/store.h"

_Static_assert(sizeof(struct store_sealed) <= SEV_NV_BYTES, "sealed identity exceeds the NV block");

#define CHUNK_BYTES 0x400u

static struct store_sealed sealed;

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
    if (!hostmem_read(block, 0, &sealed, sizeof sealed)) {
        return STORE_FAILED;
    }
    if (all_equal((const uint8_t *)&sealed, sizeof sealed, 0xFF) ||
        all_equal((const uint8_t *)&sealed, sizeof sealed, 0x00)) {
        return STORE_BLANK;
    }
    return store_open(&sealed, STORE_MEDIUM_NV_BLOCK, identity) ? STORE_LOADED : STORE_DAMAGED;
}

/** Fills the block with FFh from @p offset to its end. */
static bool fill(const struct hostmem_range *block, uint32_t offset)
{
    uint8_t blank[CHUNK_BYTES];

    memset(blank, 0xFF, sizeof blank);
    while (offset < block->length) {
        const uint32_t left = block->length - offset;
        const uint32_t step = left < CHUNK_BYTES ? left : CHUNK_BYTES;

        if (!hostmem_write(block, offset, blank, step)) {
            return false;
        }
        offset += step;
    }
    return true;
}

bool store_nv_save(const struct hostmem_range *block, const struct identity *identity)
{
    return store_seal(identity, STORE_MEDIUM_NV_BLOCK, 0, &sealed) &&
           hostmem_write(block, 0, &sealed, sizeof sealed) && fill(block, sizeof sealed);
}

bool store_nv_erase(const struct hostmem_range *block)
{
    return fill(block, 0);
}
