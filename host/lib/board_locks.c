/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The locks on the files that a board shares (board_locks.h).
 */
#include "host/lib/board_locks.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/lib/lock_owner.h"
#include "host/lib/shared_lock.h"

static enum board_result refuse(struct board *board, const char *path, pid_t owner)
{
    return owner > 0 ? board_fail(board, BOARD_FAILED, "%s: process %ld uses it, and has it locked",
                                  path, (long)owner)
                     : board_fail(board, BOARD_FAILED,
                                  "%s: another board or program uses it, and "
                                  "has it locked",
                                  path);
}

/* @param[out] descriptor  only set with BOARD_OK */
static enum board_result lock(struct board *board, const char *path, int *descriptor)
{
    /* Any lock counts: an emulator locks the images of its disks and its flash. */
    const pid_t owner = lock_owner(path);
    if (owner != 0) {
        return refuse(board, path, owner);
    }
    int file = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return board_fail(board, BOARD_FAILED, "%s: %s", path, strerror(errno));
    }
    if (!shared_lock_take(file)) {
        const int error = errno;
        (void)close(file);
        return error == EAGAIN || error == EACCES
                   ? refuse(board, path, lock_owner(path))
                   : board_fail(board, BOARD_FAILED, "%s: %s", path, strerror(error));
    }
    *descriptor = file;
    return BOARD_OK;
}

enum board_result board_locks_take(struct board *board, const struct board_places *places,
                                   struct board_locks *locks)
{
    const struct board_place *const files[BOARD_LOCKS] = {
        [BOARD_LOCK_MAILBOX] = &places->mailbox,
        [BOARD_LOCK_FABRIC] = &places->fabric,
        [BOARD_LOCK_DRAM] = &places->dram,
    };
    enum board_result result = BOARD_OK;
    for (size_t i = 0; i < BOARD_LOCKS && result == BOARD_OK; i++) {
        if (files[i]->exists) {
            result = lock(board, files[i]->path, &locks->descriptors[i]);
        }
    }
    return result;
}

enum board_result board_locks_complete(struct board *board, struct board_locks *locks)
{
    static const char *const names[BOARD_LOCKS] = {
        [BOARD_LOCK_MAILBOX] = "run/mailbox",
        [BOARD_LOCK_FABRIC] = "run/fabric",
        [BOARD_LOCK_DRAM] = "run/dram",
    };
    enum board_result result = BOARD_OK;
    for (size_t i = 0; i < BOARD_LOCKS && result == BOARD_OK; i++) {
        char path[PATH_MAX];
        if (locks->descriptors[i] < 0) {
            result = board_path(path, board->directory, names[i])
                         ? lock(board, path, &locks->descriptors[i])
                         : board_fail(board, BOARD_FAILED, "%s: name too long", board->directory);
        }
    }
    return result;
}

void board_locks_release(struct board_locks *locks)
{
    for (size_t i = 0; i < BOARD_LOCKS; i++) {
        if (locks->descriptors[i] >= 0) {
            (void)close(locks->descriptors[i]);
        }
        locks->descriptors[i] = -1;
    }
}
