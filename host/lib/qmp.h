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

#endif
