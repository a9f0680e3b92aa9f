/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QEMU's control protocol (QMP) on a socket that it has inherited, as far as a guest's life needs it.
 */
#ifndef HOST_LINUX_MONITOR_H
#define HOST_LINUX_MONITOR_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#define MONITOR_TIMEOUT_MS 60000
#define MONITOR_FAREWELL_MS 1000 /**< Once the program is to end. */

struct monitor {
    int socket; /**< -1: not open. */
    char line[65536];
    size_t length;
    const volatile sig_atomic_t *cancel; /**< Not 0 once the program is to end; may be NULL. */
    bool shut_down; /**< QEMU has said that the guest has switched itself off. */
};

/** Waits for QEMU's greeting, and begins. @return false when it does not come */
bool monitor_open(struct monitor *monitor, int socket) __attribute__((warn_unused_result));

/**
 * Runs one command. When QEMU does not answer the monitor is closed: a later answer would be taken for that
 * to another command.
 *
 * @param arguments     JSON, or NULL
 * @param[out] answer   QEMU's line; may be NULL
 * @return whether QEMU said that it has done it
 */
bool monitor_execute(struct monitor *monitor, const char *command, const char *arguments,
                     const char **answer) __attribute__((warn_unused_result));

/** Reads what QEMU tells unasked. @return false when it has gone */
bool monitor_listen(struct monitor *monitor) __attribute__((warn_unused_result));

void monitor_close(struct monitor *monitor);

#endif
