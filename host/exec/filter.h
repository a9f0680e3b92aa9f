/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which system calls of the program wait for an answer: those that name a file or look at one, and
 * ioctl. All others, and those of other instruction sets than this program's, are the kernel's alone.
 */
#ifndef HOST_EXEC_FILTER_H
#define HOST_EXEC_FILTER_H

#include <stdbool.h>

/**
 * Puts the filter in force for the calling process and all that it starts, without privileges: none
 * of them gains any from then on (no_new_privs). Safe between fork() and exec.
 *
 * @return the listener, which nothing that is started inherits; -1 with errno set: ENOSYS or EINVAL
 *         when the kernel has no user notification, EPERM when a sandbox forbids it, EBUSY when another
 *         one's filter has a listener
 */
int exec_filter_install(void);

/** @return whether the kernel can do what is needed; else errno says why not */
bool exec_filter_is_possible(void);

#endif
