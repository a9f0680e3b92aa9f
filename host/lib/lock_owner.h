/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which process holds a lock on a file, whoever started it.
 */
#ifndef HOST_LIB_LOCK_OWNER_H
#define HOST_LIB_LOCK_OWNER_H

#include <sys/types.h>

/**
 * Looks for a lock on any part of a file: this process's own open files count as others' do.
 *
 * @param path  name of the file; it is only read
 * @return the process that holds a lock; 0 when there is none, or no such file; -1 when there is one
 *         whose process cannot be found, because it is another user's
 */
pid_t lock_owner(const char *path);

#endif
