/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directories of the chip factory: making them, and keeping a second factory out.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/provision/files.h"

/* Four RSA keys, which another factory may be making, take some seconds on a slow machine. */
#define LOCK_TRIES 600
#define LOCK_PAUSE_NANOSECONDS (100L * 1000 * 1000)

bool provision_directory_make_one(const char *path, mode_t mode, struct provision_error *error)
{
    struct stat status;
    if (mkdir(path, mode) == 0) {
        return true;
    }
    if (errno != EEXIST) {
        return provision_fail_errno(error, "cannot make the directory %s", path);
    }
    if (stat(path, &status) != 0) {
        return provision_fail_errno(error, "cannot look at %s", path);
    }
    return S_ISDIR(status.st_mode) || provision_fail(error, "%s is not a directory", path);
}

bool provision_directory_make(const char *path, mode_t mode, struct provision_error *error)
{
    char part[PATH_MAX];
    const size_t length = strlen(path);
    if (length == 0 || length >= sizeof part) {
        return provision_fail(error, length == 0 ? "the name of a directory is empty"
                                                 : "the name of a directory is too long");
    }
    memcpy(part, path, length + 1);
    for (size_t i = 1; i < length; i++) {
        if (part[i] == '/' && part[i - 1] != '/') {
            part[i] = '\0';
            if (!provision_directory_make_one(part, 0777, error)) {
                return false;
            }
            part[i] = '/';
        }
    }
    return provision_directory_make_one(path, mode, error);
}

bool provision_directory_lock(const char *path, int *lock, struct provision_error *error)
{
    *lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock < 0) {
        return provision_fail_errno(error, "cannot open the directory %s", path);
    }
    const struct timespec pause = {.tv_nsec = LOCK_PAUSE_NANOSECONDS};
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(*lock, LOCK_EX | LOCK_NB) == 0) {
            return true;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            (void)provision_fail_errno(error, "cannot lock the directory %s", path);
            provision_directory_unlock(*lock);
            return false;
        }
        (void)nanosleep(&pause, NULL);
    }
    provision_directory_unlock(*lock);
    return provision_fail(error, "another process has kept %s locked for a minute", path);
}

void provision_directory_unlock(int lock)
{
    (void)close(lock); /* The lock goes with the descriptor. */
}
