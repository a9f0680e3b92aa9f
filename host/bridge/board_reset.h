/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resets the board without waiting for it: a machine's reset is its security processor's as well.
 */
#ifndef HOST_BRIDGE_BOARD_RESET_H
#define HOST_BRIDGE_BOARD_RESET_H

#include <stdbool.h>
#include <sys/types.h>

struct board_reset {
    pid_t child; /**< Which resets the board; 0 when none does. */
    int ended;   /**< Readable once it has ended; -1 without a child. */
};

#define BOARD_RESET_NONE                                                                           \
    {                                                                                              \
        .child = 0, .ended = -1                                                                    \
    }

/**
 * Begins to reset the board of a chip. What fails is said on standard error.
 *
 * @param closed, count  descriptors that the process that does it shall not have
 * @return false with errno set
 */
bool board_reset_begin(struct board_reset *reset, const char *directory, const int *closed,
                       size_t count) __attribute__((warn_unused_result));

/** To be called once ENDED is readable. @return whether the board was reset, and serves */
bool board_reset_finish(struct board_reset *reset);

/** Leaves the process to itself: it ends when the board serves. */
void board_reset_forget(struct board_reset *reset);

#endif
