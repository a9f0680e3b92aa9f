/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What snapshot_write.c and snapshot_read.c share.
 */
#ifndef HOST_LIB_SNAPSHOT_INTERNAL_H
#define HOST_LIB_SNAPSHOT_INTERNAL_H

#include "host/lib/snapshot.h"

/** Sets the message as printf() does. @return false */
bool snapshot_fail(struct snapshot *snapshot, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * SHA-256 of the start of the file; the file's position is lost.
 *
 * @param length  bytes
 * @return false when the file cannot be read that far
 */
bool snapshot_digest(struct snapshot *snapshot, uint64_t length,
                     uint8_t digest[SNAPSHOT_DIGEST_BYTES]) __attribute__((warn_unused_result));

#endif
