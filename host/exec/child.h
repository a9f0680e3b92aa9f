/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program as a process: how it is started under the filter, and how it and what it started end.
 */
#ifndef HOST_EXEC_CHILD_H
#define HOST_EXEC_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "host/provision/error.h"

/** Exit statuses of a program that could not be run, as a shell's. */
#define EXEC_STATUS_FAILED 125
#define EXEC_STATUS_NOT_EXECUTABLE 126
#define EXEC_STATUS_NOT_FOUND 127
#define EXEC_STATUS_SIGNAL 128 /**< And the signal's number. */

/**
 * Starts the program. It ends when the calling thread does.
 *
 * @param arguments      its name, looked up in PATH, and what follows; NULL at the end
 * @param mask           its signal mask
 * @param[out] pid       its process
 * @param[out] listener  of its filter; the calls of the program wait for answers from now on
 * @return false when there is no process, or it could not have the filter
 */
bool exec_child_start(char *const *arguments, const sigset_t *mask, pid_t *pid, int *listener,
                      struct provision_error *error) __attribute__((warn_unused_result));

/** Ends all processes below this one, which it has been made the parent of. */
void exec_child_end_all(void);

#endif
