/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking the keys of a board that has ended out of its fabric.
 */
#include "host/lib/fabric_keys.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "abi/fabric.h"

#define PIECE_BYTES 4096u

/* What the firmware writes; of the status block the magic number, since its boot count goes on. */
static const struct {
    uint32_t offset;
    uint32_t bytes;
} areas[] = {
    {FABRIC_STATUS_OFFSET + offsetof(struct fabric_status, magic), sizeof(uint64_t)},
    {FABRIC_MEMCTL_OFFSET, sizeof(struct fabric_memctl)},
    {FABRIC_SLOT_CORES_OFFSET, FABRIC_SLOTS_MAX * sizeof(struct fabric_slot_cores)},
};

#define AREAS (sizeof areas / sizeof areas[0])

static const uint8_t zeros[PIECE_BYTES];

static size_t piece_of(size_t area, uint32_t done)
{
    const uint32_t left = areas[area].bytes - done;
    return left < PIECE_BYTES ? left : PIECE_BYTES;
}

bool fabric_keys_are_there(int descriptor)
{
    uint8_t piece[PIECE_BYTES];
    bool found = false;
    for (size_t i = 0; i < AREAS && !found; i++) {
        for (uint32_t done = 0; done < areas[i].bytes && !found; done += PIECE_BYTES) {
            const ssize_t length =
                pread(descriptor, piece, piece_of(i, done), areas[i].offset + done);
            found = length > 0 && memcmp(piece, zeros, (size_t)length) != 0;
        }
    }
    explicit_bzero(piece, sizeof piece);
    return found;
}

bool fabric_keys_wipe(int descriptor)
{
    for (size_t i = 0; i < AREAS; i++) {
        for (uint32_t done = 0; done < areas[i].bytes;) {
            const ssize_t length =
                pwrite(descriptor, zeros, piece_of(i, done), areas[i].offset + done);
            if (length <= 0 && errno != EINTR) {
                return false;
            }
            done += length > 0 ? (uint32_t)length : 0;
        }
    }
    return true;
}
