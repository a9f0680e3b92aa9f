/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of a snapshot share: offsets in it, and the file of its shared pages.
 */
#ifndef HOST_LINUX_SNAPSHOT_INTERNAL_H
#define HOST_LINUX_SNAPSHOT_INTERNAL_H

#include <stdio.h>

#include "host/linux/guest.h"
#include "host/linux/shape.h"

/* Image offsets and guest addresses are the same but for the hole below 4 GiB. */
static inline uint64_t snapshot_offset(uint64_t paddr)
{
    return paddr < MAP_HIGH_BASE ? paddr : paddr - MAP_HIGH_BASE + MAP_LOW_MAX;
}

static inline uint64_t snapshot_paddr(uint64_t offset)
{
    return offset < MAP_LOW_MAX ? offset : offset - MAP_LOW_MAX + MAP_HIGH_BASE;
}

/** Writes the machine's shape, and all shared pages. @return false with errno set */
bool snapshot_write_shared(struct guest *guest, FILE *file) __attribute__((warn_unused_result));

/** Reads the SHAPE, with which the file begins. @param file  may be NULL */
bool snapshot_read_shape(FILE *file, char shape[SHAPE_BYTES]) __attribute__((warn_unused_result));

/** Reads the map of shared pages, and these. @param path  of the snapshot */
bool snapshot_read_shared(struct guest *guest, const char *path)
    __attribute__((warn_unused_result));

#endif
