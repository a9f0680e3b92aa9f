/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The locks on the files that a board shares (shared_lock.h), from before its start to its end.
 */
#ifndef HOST_LIB_BOARD_LOCKS_H
#define HOST_LIB_BOARD_LOCKS_H

#include "host/lib/board_places.h"

/** The files, as an index. */
enum { BOARD_LOCK_MAILBOX, BOARD_LOCK_FABRIC, BOARD_LOCK_DRAM, BOARD_LOCKS };

/** A descriptor of each, which holds its lock, or -1. */
struct board_locks {
    int descriptors[BOARD_LOCKS];
};

#define BOARD_LOCKS_NONE                                                                           \
    {                                                                                              \
        .descriptors = { -1, -1, -1 }                                                              \
    }

/**
 * Locks those of the files that exist already, before anything is changed.
 *
 * @param board         MESSAGE is set on failure
 * @param places        from board_places_find()
 * @param[in,out] locks without any; release them in any case
 * @return BOARD_OK, or BOARD_FAILED: a file is another board's, or locked by another program
 */
enum board_result board_locks_take(struct board *board, const struct board_places *places,
                                   struct board_locks *locks) __attribute__((warn_unused_result));

/**
 * Locks the rest, once run/ leads to all of them. Parameters as above.
 *
 * @param board  its DIRECTORY is set
 */
enum board_result board_locks_complete(struct board *board, struct board_locks *locks)
    __attribute__((warn_unused_result));

/** Closes this process's copies; a board that was started has its own. */
void board_locks_release(struct board_locks *locks);

#endif
