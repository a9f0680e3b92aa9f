/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of the chip factory: whole files in, whole files out. A file appears under its name only
 * when it is complete and on the disk (temporary name, fsync, rename).
 */
#ifndef HOST_PROVISION_FILES_H
#define HOST_PROVISION_FILES_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "host/provision/error.h"

#define PROVISION_MODE_SECRET ((mode_t)0600)
#define PROVISION_MODE_PUBLIC ((mode_t)0644)

/** Bytes on the heap. */
struct provision_bytes {
    uint8_t *data;
    size_t length;
};

/** A path that fits. */
struct provision_path {
    char text[PATH_MAX];
};

/** Wipes and frees; the bytes may have been secret. An empty one is fine. */
void provision_bytes_free(struct provision_bytes *bytes);

/** @return false when "directory/name" is too long for a path */
PROVISION_CHECKED bool provision_path_join(const char *directory, const char *name,
                                           struct provision_path *path,
                                           struct provision_error *error);

/** @return whether something of that name exists, be it readable or not */
bool provision_file_exists(const char *path);

/**
 * Reads a whole regular file.
 *
 * @param path        its name
 * @param maximum     bytes it may have at most
 * @param secret      refuse the file when users other than its owner have access to it
 * @param[out] bytes  to be freed by the caller; empty on error
 * @return false when the file cannot be read, is no regular file, is too long, or is exposed
 */
PROVISION_CHECKED bool provision_file_read(const char *path, size_t maximum, bool secret,
                                           struct provision_bytes *bytes,
                                           struct provision_error *error);

/** One stretch of a file. */
struct provision_extent {
    uint64_t offset; /**< In bytes. */
    const uint8_t *data;
    size_t length;
};

/**
 * Makes or replaces a file.
 *
 * @param path     its name
 * @param extents  @p count stretches that are written; what lies between reads as zero
 * @param bytes    size of the file
 * @param mode     permissions, less the umask
 * @return false when the file cannot be written; what was there before is then still there
 */
PROVISION_CHECKED bool provision_file_write(const char *path,
                                            const struct provision_extent *extents, size_t count,
                                            uint64_t bytes, mode_t mode,
                                            struct provision_error *error);

/**
 * Makes a directory that the user has named, unless it exists; the one above it must exist, so that
 * a misspelt name makes nothing.
 *
 * @param mode  its permissions, less the umask
 * @return false when it cannot be made, or is something else
 */
PROVISION_CHECKED bool provision_directory_make_one(const char *path, mode_t mode,
                                                    struct provision_error *error);

/**
 * Makes a directory and those above it, unless they exist.
 *
 * @param mode  permissions of @p path itself, less the umask
 * @return false when it cannot be made, or is something else
 */
PROVISION_CHECKED bool provision_directory_make(const char *path, mode_t mode,
                                                struct provision_error *error);

/**
 * Keeps other factories out of a directory; waits for one that is at work, a minute at most.
 *
 * @param[out] lock  pass it to provision_directory_unlock()
 * @return false when the directory cannot be opened, or the wait was too long
 */
PROVISION_CHECKED bool provision_directory_lock(const char *path, int *lock,
                                                struct provision_error *error);

/** Ends what provision_directory_lock() began. */
void provision_directory_unlock(int lock);

#endif
