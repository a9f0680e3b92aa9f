/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of a snapshot share: offsets in it, and the file of its shared pages.
 */
#ifndef HOST_LINUX_SNAPSHOT_INTERNAL_H
#define HOST_LINUX_SNAPSHOT_INTERNAL_H

#include <stdio.h>

#include "host/linux/guest.h"
#include "host/linux/sleep_head.h"

/* Image offsets and guest addresses are the same but for the hole below 4 GiB. */
static inline uint64_t snapshot_offset(uint64_t paddr)
{
    return paddr < MAP_HIGH_BASE ? paddr : paddr - MAP_HIGH_BASE + MAP_LOW_MAX;
}

static inline uint64_t snapshot_paddr(uint64_t offset)
{
    return offset < MAP_LOW_MAX ? offset : offset - MAP_LOW_MAX + MAP_HIGH_BASE;
}

/** Writes the HEAD, the map of shared pages, and these. @return false with errno set */
bool snapshot_write_shared(struct guest *guest, const struct sleep_head *head, FILE *file)
    __attribute__((warn_unused_result));

/**
 * Opens the file of shared pages.
 *
 * @param session       of the snapshot
 * @param path          of the snapshot
 * @param[out] outcome  why not
 * @return it, behind its head, if it suits machine, snapshot and QEMU's state; else NULL
 */
FILE *snapshot_open_shared(const struct guest *guest, const struct sev_session *session,
                           const char *path, struct travel_outcome *outcome);

/** Reads the map of shared pages, and these. As snapshot_open_shared(). */
bool snapshot_read_shared(struct guest *guest, const struct sev_session *session, const char *path,
                          struct travel_outcome *outcome) __attribute__((warn_unused_result));

#endif
