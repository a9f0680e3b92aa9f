/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which process holds a lock on a file. The kernel names the owner of a POSIX lock, but not of a lock
 * that belongs to an open file (OFD): /proc shows those with the descriptors of each process.
 */
#include "host/lib/lock_owner.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_BYTES 64
#define LINE_BYTES 256

/* @return the number that the name of a directory entry is, or -1 */
static long number_of(const char *name)
{
    char *end = NULL;
    long number = strtol(name, &end, 10);
    return end != name && *end == '\0' ? number : -1;
}

/* Whether the descriptor's open file holds a lock, as "lock:" lines tell. */
static bool holds_lock(long pid, long descriptor)
{
    char name[NAME_BYTES];
    char line[LINE_BYTES];
    bool found = false;
    (void)snprintf(name, sizeof name, "/proc/%ld/fdinfo/%ld", pid, descriptor);
    FILE *file = fopen(name, "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        found = strncmp(line, "lock:", strlen("lock:")) == 0;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return found;
}

static bool process_holds_lock(long pid, const struct stat *wanted)
{
    char name[NAME_BYTES];
    bool found = false;
    (void)snprintf(name, sizeof name, "/proc/%ld/fd", pid);
    DIR *directory = opendir(name);
    struct dirent *entry;
    while (directory != NULL && !found && (entry = readdir(directory)) != NULL) {
        struct stat status;
        const long descriptor = number_of(entry->d_name);
        found = descriptor >= 0 && fstatat(dirfd(directory), entry->d_name, &status, 0) == 0 &&
                status.st_dev == wanted->st_dev && status.st_ino == wanted->st_ino &&
                holds_lock(pid, descriptor);
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
    return found;
}

static pid_t search(const struct stat *wanted)
{
    pid_t owner = -1;
    DIR *directory = opendir("/proc");
    struct dirent *entry;
    while (directory != NULL && owner < 0 && (entry = readdir(directory)) != NULL) {
        const long pid = number_of(entry->d_name);
        if (pid > 0 && process_holds_lock(pid, wanted)) {
            owner = (pid_t)pid;
        }
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
    return owner;
}

pid_t lock_owner(const char *path)
{
    pid_t owner = 0;
    struct stat status;
    /* What a lock for writing of the whole file would wait for: a lock of any kind, anywhere. */
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return 0;
    }
    if (fstat(descriptor, &status) == 0 && fcntl(descriptor, F_OFD_GETLK, &range) == 0 &&
        range.l_type != F_UNLCK) {
        owner = range.l_pid > 0 ? range.l_pid : search(&status);
    }
    (void)close(descriptor);
    return owner;
}
