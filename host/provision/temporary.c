/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names until a file is complete (temporary.h).
 */
#include "host/provision/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".new-"
#define TRIES 16

/* Whether a name says that it is for BASE, and of a process that is no more. */
static bool is_of_the_dead(const char *name, const char *base)
{
    const size_t length = strlen(base);
    char *end = NULL;
    if (strncmp(name, base, length) != 0 ||
        strncmp(name + length, SUFFIX, sizeof SUFFIX - 1) != 0) {
        return false;
    }
    const char *digits = name + length + sizeof SUFFIX - 1;
    errno = 0;
    const long number = *digits >= '1' && *digits <= '9' ? strtol(digits, &end, 10) : 0;
    return number > 0 && number <= INT_MAX && *end == '\0' && kill((pid_t)number, 0) != 0 &&
           errno == ESRCH;
}

/* What nobody has locked nobody writes, not even a process that this one cannot see. */
static void remove_dead(int directory, const char *name)
{
    struct stat status;
    const int file = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) {
        return;
    }
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
        flock(file, LOCK_EX | LOCK_NB) == 0) {
        (void)unlinkat(directory, name, 0);
    }
    (void)close(file);
}

static void sweep(const char *path)
{
    char text[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    (void)snprintf(text, sizeof text, "%.*s", slash != NULL ? (int)(base - path) : 1,
                   slash != NULL ? path : ".");
    DIR *directory = opendir(text);
    struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (is_of_the_dead(entry->d_name, base)) {
            remove_dead(dirfd(directory), entry->d_name);
        }
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
}

/* Before it has the lock, a file may be taken for a dead one and removed. */
static bool is_still(const char *path, int file)
{
    struct stat named;
    struct stat opened;
    return stat(path, &named) == 0 && fstat(file, &opened) == 0 && named.st_dev == opened.st_dev &&
           named.st_ino == opened.st_ino;
}

int temporary_create(const char *path, mode_t mode, char temporary[PATH_MAX])
{
    const int length = snprintf(temporary, PATH_MAX, "%s" SUFFIX "%jd", path, (intmax_t)getpid());
    if (length < 0 || length >= PATH_MAX) {
        temporary[0] = '\0';
        errno = ENAMETOOLONG;
        return -1;
    }
    sweep(path);
    (void)unlink(temporary); /* Of another process of this number, where locks do not work. */
    for (int i = 0; i < TRIES; i++) {
        const int file = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (file < 0) {
            break;
        }
        (void)flock(file, LOCK_EX); /* A file system without locks has no sweepers either. */
        if (is_still(temporary, file)) {
            return file;
        }
        (void)close(file);
    }
    const int error = errno;
    temporary[0] = '\0';
    errno = error;
    return -1;
}
