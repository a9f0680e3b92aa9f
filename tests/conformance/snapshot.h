/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "A failing command changed nothing": everything that x86 software, or the memory controller, can
 * see of the security processor, taken before a command and compared after it.
 */
#ifndef TESTS_CONFORMANCE_SNAPSHOT_H
#define TESTS_CONFORMANCE_SNAPSHOT_H

#include "tests/conformance/suite.h"

/** Takes PLATFORM_STATUS, the tracked guests, the memory in use and the memory controller's state. */
void snapshot_take(void);

/** Fails the test when anything differs from what snapshot_take() took. */
void snapshot_compare(const char *file, int line);

/** Adds a guest to those that a snapshot looks at. */
void snapshot_track_guest(uint32_t handle);

/** Forgets all guests. */
void snapshot_forget_guests(void);

/**
 * Runs a command that must fail and change nothing but, where AFTER says so, its parameters.
 *
 * @param parameters  as given, and as they were returned afterwards
 * @param after       what the parameters must be afterwards; NULL = as before
 */
void snapshot_refuse(uint32_t id, void *parameters, size_t size, const void *after,
                     enum sev_status expected, const char *file, int line);

#define assert_refused(command, parameters, expected)                                              \
    snapshot_refuse(SEV_COMMAND_##command, (parameters), sizeof *(parameters), NULL,               \
                    SEV_STATUS_##expected, __FILE__, __LINE__)

/** With the status in a variable. */
#define assert_refused_as(command, parameters, expected)                                           \
    snapshot_refuse(SEV_COMMAND_##command, (parameters), sizeof *(parameters), NULL, (expected),   \
                    __FILE__, __LINE__)

/** The same for a length query: AFTER is what the parameters must be. */
#define assert_queried(command, parameters, after)                                                 \
    snapshot_refuse(SEV_COMMAND_##command, (parameters), sizeof *(parameters), (after),            \
                    SEV_STATUS_INVALID_LENGTH, __FILE__, __LINE__)

/** For commands without parameters. */
#define assert_plain_refused(command, expected)                                                    \
    snapshot_refuse(SEV_COMMAND_##command, NULL, 0, NULL, SEV_STATUS_##expected, __FILE__, __LINE__)

#endif
