/*
 * One board per chip: the emulator holds a lock on run/pid for as long as it lives.
 */
#include "host/lib/run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/lib/board_path.h"
#include "host/lib/deadline.h"

#define STEP_US 5000

/* Locks of the open file, not of a process: children inherit them, and testing takes none. */
static struct flock whole_file(void)
{
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

int run_lock_take(const char *directory)
{
    char path[PATH_MAX];
    if (!board_path(path, directory, "run/pid")) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct flock range = whole_file();
    if (lock >= 0 && (fcntl(lock, F_OFD_SETLK, &range) != 0 || ftruncate(lock, 0) != 0)) {
        int error = errno == EACCES ? EWOULDBLOCK : errno;
        (void)close(lock);
        errno = error;
        return -1;
    }
    return lock;
}

bool run_lock_write_pid(int lock, pid_t pid)
{
    return ftruncate(lock, 0) == 0 && dprintf(lock, "%ld\n", (long)pid) > 0;
}

pid_t run_lock_holder(const char *directory)
{
    char path[PATH_MAX];
    int descriptor = board_path(path, directory, "run/pid") ? open(path, O_RDONLY | O_CLOEXEC) : -1;
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

bool run_lock_wait_free(const char *directory, int timeout_ms)
{
    const int64_t deadline = deadline_after(timeout_ms);
    while (run_lock_holder(directory) != 0) {
        if (deadline_left_ms(deadline) == 0) {
            return false;
        }
        deadline_sleep_us(STEP_US);
    }
    return true;
}
