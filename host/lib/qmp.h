/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QEMU's control socket (QMP), as far as stopping and resetting a board need it.
 */
#ifndef HOST_LIB_QMP_H
#define HOST_LIB_QMP_H

#include <stdbool.h>

/**
 * Runs one command without arguments.
 *
 * @param path        QEMU's socket
 * @param command     such as "quit"
 * @param timeout_ms  longest wait
 * @return whether QEMU said that it has done it
 */
bool qmp_execute(const char *path, const char *command, int timeout_ms)
    __attribute__((warn_unused_result));

/** What is to be done between the old run of a machine and the new one. */
typedef void qmp_between(void *context);

/**
 * Resets the machine, which stands still from before the reset until BETWEEN has been called. If QEMU
 * does not accept the reset, BETWEEN is not called, and the machine goes on as before.
 *
 * @param path        QEMU's socket
 * @param timeout_ms  longest wait for the reset, and again for the machine to go on
 * @return whether QEMU said that it has done it
 */
bool qmp_reset(const char *path, int timeout_ms, qmp_between *between, void *context)
    __attribute__((warn_unused_result));

#endif
