/*
 * One board per chip: the emulator holds a lock on run/pid for as long as it lives, because it
 * inherits the open file. So a process id in an unlocked file is stale, and no other is.
 */
#ifndef HOST_LIB_RUN_LOCK_H
#define HOST_LIB_RUN_LOCK_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * Takes the lock for a board that is about to be started.
 *
 * @param directory  the chip's; its run/ exists
 * @return descriptor that holds the lock, or -1 with errno set; EWOULDBLOCK when a board is running
 */
int run_lock_take(const char *directory);

/** Notes which process is the board. @return false with errno set */
bool run_lock_write_pid(int lock, pid_t pid) __attribute__((warn_unused_result));

/** @return the process that runs the chip's board; 0 when there is none; -1 when it starts just now */
pid_t run_lock_holder(const char *directory);

/**
 * Waits until the board's process has ended.
 *
 * @return false when it still runs after @p timeout_ms
 */
bool run_lock_wait_free(const char *directory, int timeout_ms) __attribute__((warn_unused_result));

#endif
