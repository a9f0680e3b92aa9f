/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding other programs, and asking them something.
 */
#ifndef HOST_LIB_PROGRAM_H
#define HOST_LIB_PROGRAM_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define PROGRAM_ARGUMENTS 2u

/**
 * Finds a program by a path.
 *
 * @param[out] path  its absolute name
 * @return false with errno set when it is not there or may not be run
 */
bool program_resolve(const char *name, char path[PATH_MAX]) __attribute__((warn_unused_result));

/**
 * The same for a name as a shell takes it: one without a slash is looked for in $PATH, where
 * execvp() finds it too.
 *
 * @param[out] path  the absolute name, or the name itself if it has no slash
 */
bool program_find(const char *name, char path[PATH_MAX]) __attribute__((warn_unused_result));

/**
 * Runs a program, found as by execvp(), and takes what it prints first; what it says on standard
 * error is thrown away. Kills it when it takes too long.
 *
 * @param arguments   that follow its name, at most PROGRAM_ARGUMENTS, terminated by NULL
 * @param[out] text   of @p length bytes, with a NUL; more is thrown away
 * @param timeout_ms  longest wait
 * @return false when it cannot be run, fails, or takes too long
 */
bool program_ask(const char *program, const char *const *arguments, char *text, size_t length,
                 int timeout_ms) __attribute__((warn_unused_result));

#endif
