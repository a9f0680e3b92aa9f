/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The warden: the process between the one that starts a board and the board's own. It waits for the
 * board's end, whatever brings it about, takes the keys out of the fabric, removes sockets that the
 * board could not, and only then gives the lock back; and it has the board end with itself and, unless the board goes on in the background,
 * with its starter.
 */
#ifndef HOST_LIB_WARDEN_H
#define HOST_LIB_WARDEN_H

#include <stdbool.h>
#include <sys/types.h>

#include "host/lib/board_locks.h"
#include "host/lib/command_line.h"

/** A warden's exit status is its board's, or this and the number of the signal that ended the board. */
#define WARDEN_SIGNAL 128

struct warden_setup {
    const char *directory; /**< Where the board works: the chip's run/. */
    int lock;              /**< From run_lock_take(); the starter may close its own afterwards. */
    const struct board_locks *shared; /**< On all of the shared files; the same holds for them. */
    int inherited;                    /**< Another descriptor for the board, or -1. */
    bool daemon;                      /**< Whether the board survives the starter. */
};

/** What became of a start. */
struct warden_report {
    pid_t warden; /**< A child of the caller. */
    pid_t board;
    int error; /**< errno, when the program could not be started; else 0. */
};

/**
 * Starts a program as a board, with a warden.
 *
 * @param line  program and arguments
 * @return PIDs, or why there are none
 */
struct warden_report warden_start(const struct command_line *line,
                                  const struct warden_setup *setup);

#endif
