/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of the program, as a driver's copy_from_user() and copy_to_user() reach it: with the
 * program's own permissions. Nothing is read or written for a thread that no longer waits.
 */
#ifndef HOST_EXEC_MEMORY_H
#define HOST_EXEC_MEMORY_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "host/exec/call.h"

/**
 * Copies from the program.
 *
 * @param address  in the thread's memory
 * @param[out] to  @p length bytes
 * @return 0; -EFAULT when a byte cannot be read, or this process may not look
 */
int exec_memory_read(const struct exec_call *call, uint64_t address, void *to, size_t length)
    __attribute__((warn_unused_result));

/** Copies to the program, as exec_memory_read(); what lies before a bad byte may be written. */
int exec_memory_write(const struct exec_call *call, uint64_t address, const void *from,
                      size_t length) __attribute__((warn_unused_result));

/**
 * Copies a text that ends with 0.
 *
 * @param[out] text  with its end
 * @return 0; -EFAULT; -ENAMETOOLONG when it has PATH_MAX bytes or more
 */
int exec_memory_read_path(const struct exec_call *call, uint64_t address, char text[PATH_MAX])
    __attribute__((warn_unused_result));

/** @return whether this process may look into those that it starts; else errno says why not */
bool exec_memory_is_reachable(void);

#endif
