/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One board per chip (run_lock.h).
 */
#include "host/lib/run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/lib/board_path.h"
#include "host/lib/deadline.h"
#include "host/lib/lock_owner.h"

#define STEP_US 5000
#define TAKE_MS 10000

/* Locks of the open file, not of a process: children inherit them, and testing takes none. */
static struct flock whole_file(void)
{
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

/* A board that ends removes its file: then the lock is on a file that nobody else will find. */
static bool is_still(const char *path, int descriptor)
{
    struct stat named;
    struct stat opened;
    return stat(path, &named) == 0 && fstat(descriptor, &opened) == 0 &&
           named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

/* @return as run_lock_take(), without waiting */
static int try_to_take(const char *path, const char *nv)
{
    int error = 0;
    struct flock range = whole_file();
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        return -1;
    }
    if (fcntl(lock, F_OFD_SETLK, &range) != 0) {
        error = errno == EACCES ? EWOULDBLOCK : errno;
    } else if (!is_still(path, lock) || lock_owner(nv) != 0) {
        error = EWOULDBLOCK;
    } else if (ftruncate(lock, 0) != 0) {
        error = errno;
    }
    if (error != 0) {
        (void)close(lock);
        errno = error;
        return -1;
    }
    return lock;
}

int run_lock_take(const char *directory)
{
    char path[PATH_MAX];
    char nv[PATH_MAX];
    if (!board_path(path, directory, "run/pid") || !board_path(nv, directory, "nv.img")) {
        errno = ENAMETOOLONG;
        return -1;
    }
    /* Someone who only clears up after a dead board has the lock for a moment. */
    const int64_t deadline = deadline_after(TAKE_MS);
    for (;;) {
        const int lock = try_to_take(path, nv);
        const int error = errno;
        if (lock >= 0 || error != EWOULDBLOCK || run_lock_holder(directory) > 0 ||
            deadline_left_ms(deadline) == 0) {
            errno = error;
            return lock;
        }
        deadline_sleep_us(STEP_US);
    }
}

bool run_lock_write_pid(int lock, pid_t pid)
{
    char text[24];
    size_t start = sizeof text;
    text[--start] = '\n';
    do {
        text[--start] = (char)('0' + pid % 10);
        pid /= 10;
    } while (pid > 0);
    const ssize_t length = (ssize_t)(sizeof text - start);
    return ftruncate(lock, 0) == 0 && pwrite(lock, text + start, (size_t)length, 0) == length;
}

void run_lock_forget_pid(const char *directory)
{
    char path[PATH_MAX];
    struct flock range = whole_file();
    /* It is not made: a QEMU that was started by hand has removed it. */
    const int lock = board_path(path, directory, "run/pid") ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (lock >= 0) {
        /* A board that has been started meanwhile holds the lock, and its number stays. */
        if (fcntl(lock, F_OFD_SETLK, &range) == 0 && ftruncate(lock, 0) != 0) {
            /* The number stays, stale as one in an unlocked file is. */
            errno = 0;
        }
        (void)close(lock);
    }
}

/* @return the process that the lock on run/pid stands for; 0 when nobody holds it; -1: not known */
static pid_t holder_by_pid_file(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return 0;
    }
    pid_t pid = 0;
    struct flock range = whole_file();
    if (fcntl(descriptor, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK) {
        char text[32] = "";
        ssize_t length = read(descriptor, text, sizeof text - 1);
        long number = length > 0 ? strtol(text, NULL, 10) : 0;
        pid = number > 1 ? (pid_t)number : -1;
    }
    (void)close(descriptor);
    return pid;
}

pid_t run_lock_holder(const char *directory)
{
    char path[PATH_MAX];
    char nv[PATH_MAX];
    if (!board_path(path, directory, "run/pid") || !board_path(nv, directory, "nv.img")) {
        return 0;
    }
    const pid_t pid = holder_by_pid_file(path);
    return pid != 0 ? pid : lock_owner(nv);
}

bool run_lock_can_tell(const char *directory, char path[PATH_MAX])
{
    static const char *const names[] = {"run/pid", "nv.img"};
    struct stat status;
    (void)snprintf(path, PATH_MAX, "%s", directory);
    if (stat(directory, &status) != 0) {
        return false;
    }
    if (!S_ISDIR(status.st_mode)) {
        errno = ENOTDIR;
        return false;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!board_path(path, directory, names[i])) {
            errno = ENAMETOOLONG;
            return false;
        }
        if (access(path, R_OK) != 0 && errno != ENOENT) {
            return false;
        }
    }
    return true;
}
