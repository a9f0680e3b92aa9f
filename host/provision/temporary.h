/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that have a name of their own until they are complete: PATH.new-N, N being the process. Who
 * writes one holds a lock on it (flock), so that what a process has left that was killed can be told
 * from what another is just writing.
 */
#ifndef HOST_PROVISION_TEMPORARY_H
#define HOST_PROVISION_TEMPORARY_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/**
 * Makes an empty file beside PATH, and removes those that nobody writes any more. Closing it gives
 * up the lock; renaming or removing it is the caller's.
 *
 * @param path            what the file is going to be called
 * @param mode            as of open()
 * @param[out] temporary  its name until then; empty on failure
 * @return descriptor for reading and writing, or -1 with errno set
 */
int temporary_create(const char *path, mode_t mode, char temporary[PATH_MAX])
    __attribute__((warn_unused_result));

#endif
