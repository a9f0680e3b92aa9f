/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a board that has ended leaves behind.
 */
#include "host/lib/dead_board.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "abi/fabric.h"
#include "host/lib/board_path.h"
#include "host/lib/fabric_keys.h"
#include "host/lib/run_lock.h"
#include "host/lib/shared_lock.h"

static bool has_magic(int descriptor, off_t offset, uint64_t magic)
{
    uint64_t word = 0;
    return pread(descriptor, &word, sizeof word, offset) == (ssize_t)sizeof word && word == magic;
}

/* A link may lead anywhere: what is not a fabric without doubt is somebody's file. */
static bool is_fabric(int descriptor)
{
    struct stat status;
    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
           status.st_size == (off_t)FABRIC_FILE_BYTES &&
           (has_magic(descriptor, 0, FABRIC_MAGIC) ||
            has_magic(descriptor, FABRIC_MEMCTL_OFFSET, FABRIC_MEMCTL_MAGIC));
}

void dead_board_leave_fabric(const char *path)
{
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISLNK(status.st_mode)) {
        (void)unlink(path);
    }
}

/* Whether the socket refuses clients for good: one that is full or not ours says something else. */
static bool is_dead_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat status;
    const size_t length = strlen(path);
    if (length >= sizeof address.sun_path || lstat(path, &status) != 0 ||
        !S_ISSOCK(status.st_mode)) {
        return false;
    }
    memcpy(address.sun_path, path, length);
    const int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const bool dead = client >= 0 && connect(client, (const void *)&address, sizeof address) != 0 &&
                      errno == ECONNREFUSED;
    if (client >= 0) {
        (void)close(client);
    }
    return dead;
}

void dead_board_remove_socket(const char *path)
{
    char target[PATH_MAX];
    struct stat status;
    const ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0) {
        if (is_dead_socket(path)) {
            (void)unlink(path);
        }
        return;
    }
    target[length] = '\0';
    if (is_dead_socket(target)) {
        (void)unlink(target);
    }
    if (lstat(target, &status) != 0 && errno == ENOENT) {
        (void)unlink(path);
    }
}

void dead_board_forget_keys(const char *directory)
{
    char path[PATH_MAX];
    int fabric = board_path(path, directory, "run/fabric")
                     ? open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
                     : -1;
    if (fabric >= 0 && is_fabric(fabric) && fabric_keys_are_there(fabric)) {
        /* Holding the lock: else a board that starts just now could lose its own keys. */
        const int lock = run_lock_holder(directory) == 0 ? run_lock_take(directory) : -1;
        if (lock >= 0) {
            /* Keys in a file that another chip's board has by now are that board's. */
            if (shared_lock_take(fabric)) {
                (void)fabric_keys_wipe(fabric);
            }
            dead_board_leave_fabric(path);
            (void)close(lock);
        }
    }
    if (fabric >= 0) {
        (void)close(fabric);
    }
}
