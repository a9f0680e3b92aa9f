/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One board per shared file: whoever runs a board keeps mailbox, fabric and DRAM locked for as long as
 * the board lives, so that no second board is given them, and nobody takes its keys for a dead
 * board's. The lock is of the open file, on a byte beyond every file's end: it meets neither the
 * flock() of the mailbox's clients nor anything that is read, written or mapped.
 */
#ifndef HOST_LIB_SHARED_LOCK_H
#define HOST_LIB_SHARED_LOCK_H

#include <stdbool.h>

/**
 * Takes the lock, which lasts until the last copy of the descriptor is closed.
 *
 * @param descriptor  of the file, open for writing
 * @return false with errno set; EAGAIN or EACCES when somebody has it
 */
bool shared_lock_take(int descriptor) __attribute__((warn_unused_result));

#endif
