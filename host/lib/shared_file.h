/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that two processes map at the same time: the mailbox, the fabric and x86 DRAM.
 */
#ifndef HOST_LIB_SHARED_FILE_H
#define HOST_LIB_SHARED_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A file mapped MAP_SHARED; BYTES is NULL when it is not open. */
struct shared_file {
    uint8_t *bytes;
    size_t length;
    int descriptor;
};

/**
 * Creates a file of the given size. Its bytes read as zero and take no space until they are
 * written. What is there already is never changed.
 *
 * @param path    name of the file; missing directories are not made
 * @param length  bytes
 * @return false with errno set; EEXIST when something of that name is there
 */
bool shared_file_create(const char *path, size_t length) __attribute__((warn_unused_result));

/**
 * Maps a whole existing file for reading and writing.
 *
 * @param[out] file       the mapping; not open when the call fails
 * @param path            name of the file
 * @param minimum_length  bytes it must have at least
 * @return false with errno set; EINVAL when the file is too short
 */
bool shared_file_open(struct shared_file *file, const char *path, size_t minimum_length)
    __attribute__((warn_unused_result));

/** Unmaps the file; does nothing when it is not open. */
void shared_file_close(struct shared_file *file);

#endif
