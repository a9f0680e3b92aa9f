/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One board per chip: a lock on run/pid is held for as long as the board lives, by emulator and
 * warden, which inherit the open file, or by a QEMU that was started by hand and makes the file
 * itself (-pidfile). So a process id in an unlocked file is stale, and no other is. A board that
 * knows nothing of run/pid is found by the locks on nv.img, which QEMU and virtasp-sp take.
 */
#ifndef HOST_LIB_RUN_LOCK_H
#define HOST_LIB_RUN_LOCK_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/**
 * Takes the lock for a board that is about to be started.
 *
 * @param directory  the chip's; its run/ exists
 * @return descriptor that holds the lock, or -1 with errno set; EWOULDBLOCK when a board is running
 */
int run_lock_take(const char *directory);

/**
 * Notes which process is the board. Makes only calls that are safe between fork() and exec.
 *
 * @return false with errno set
 */
bool run_lock_write_pid(int lock, pid_t pid) __attribute__((warn_unused_result));

/** Empties the file of a board that has ended, so that nobody takes its number for a process's. */
void run_lock_forget_pid(const char *directory);

/**
 * @return the process that runs the chip's board; 0 when there is none; -1 when its number is not
 *         known: it starts just now, or is another user's
 */
pid_t run_lock_holder(const char *directory);

/**
 * Whether "there is none" of run_lock_holder() is the truth: what would show a board could be read.
 *
 * @param[out] path  what cannot be read
 * @return false with errno set
 */
bool run_lock_can_tell(const char *directory, char path[PATH_MAX])
    __attribute__((warn_unused_result));

#endif
