/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest that sleeps in a file: its private memory as packets that SEND made for the platform's own PDH,
 * and beside it what QEMU and the shared pages hold, which is no secret to the host.
 *
 * FILE is as host/lib/snapshot.h has it; FILE.machine is the machine's state in QEMU's format;
 * FILE.shared is a head (sleep_head.h), the map of shared pages, a bit each, and then these pages in order.
 */
#ifndef HOST_LINUX_SNAPSHOT_H
#define HOST_LINUX_SNAPSHOT_H

#include "host/linux/travel.h"

/**
 * Pauses the guest and writes it. It has left then: guest->ended is set, its key is forgotten soon.
 * Where one of the files would replace one of another kind nothing happens.
 *
 * @param[out] outcome  what was written, or what is wrong
 * @return false when it could not be written; it goes on, unless OUTCOME says otherwise
 */
bool snapshot_save(struct guest *guest, const char *path, struct travel_outcome *outcome)
    __attribute__((warn_unused_result));

/** Receives a guest from a file, and starts a machine with it. @return false after a message */
bool snapshot_restore(struct guest *guest, const char *path) __attribute__((warn_unused_result));

#endif
