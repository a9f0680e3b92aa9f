/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding other programs, and asking them something.
 */
#include "host/lib/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/lib/deadline.h"

bool program_resolve(const char *name, char path[PATH_MAX])
{
    struct stat status;
    if (realpath(name, path) == NULL || stat(path, &status) != 0) {
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        errno = EACCES;
        return false;
    }
    return access(path, X_OK) == 0;
}

bool program_find(const char *name, char path[PATH_MAX])
{
    const char *directory = getenv("PATH");
    if (strchr(name, '/') != NULL) {
        return program_resolve(name, path);
    }
    int error = ENOENT;
    while (directory != NULL && *directory != '\0') {
        char candidate[PATH_MAX];
        const size_t length = strcspn(directory, ":");
        const int written =
            snprintf(candidate, sizeof candidate, "%.*s/%s", length > 0 ? (int)length : 1,
                     length > 0 ? directory : ".", name);
        if (written > 0 && (size_t)written < sizeof candidate) {
            if (program_resolve(candidate, path)) {
                (void)snprintf(path, PATH_MAX, "%s", name);
                return true;
            }
            error = errno == EACCES ? EACCES : error;
        }
        directory += length + (directory[length] == ':' ? 1 : 0);
    }
    errno = error;
    return false;
}

static _Noreturn void run_child(const char *program, const char *const *given, int output)
{
    char *arguments[PROGRAM_ARGUMENTS + 2] = {(char *)(uintptr_t)program};
    for (size_t i = 0; i < PROGRAM_ARGUMENTS && given[i] != NULL; i++) {
        arguments[i + 1] = (char *)(uintptr_t)given[i];
    }
    int nothing = open("/dev/null", O_RDWR);
    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
        dup2(nothing, STDERR_FILENO) >= 0) {
        (void)execvp(program, arguments);
    }
    _exit(127);
}

/* Reads until the other end is closed. @return false when that takes too long */
static bool read_all(int input, char *text, size_t length, int64_t deadline)
{
    size_t done = 0;
    char rest[256] = "";
    for (;;) {
        struct pollfd wait = {.fd = input, .events = POLLIN};
        if (poll(&wait, 1, deadline_left_ms(deadline)) <= 0) {
            return false;
        }
        const bool room = done + 1 < length;
        ssize_t count =
            read(input, room ? text + done : rest, room ? length - 1 - done : sizeof rest);
        if (count <= 0) {
            text[done] = '\0';
            return count == 0;
        }
        done += room ? (size_t)count : 0;
    }
}

bool program_ask(const char *program, const char *const *arguments, char *text, size_t length,
                 int timeout_ms)
{
    int ends[2];
    int status = -1;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return false;
    }
    pid_t pid = fork();
    if (pid == 0) {
        run_child(program, arguments, ends[1]);
    }
    (void)close(ends[1]);
    bool ok = pid > 0 && read_all(ends[0], text, length, deadline_after(timeout_ms));
    (void)close(ends[0]);
    if (pid > 0) {
        if (!ok) {
            (void)kill(pid, SIGKILL);
        }
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
    return ok && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
