/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program as a process (child.h).
 */
#include "host/exec/child.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/exec/filter.h"
#include "host/lib/deadline.h"

#define END_TIMEOUT_MS 10000
#define END_STEP_US 2000

/* A message of one descriptor, or of an error number instead. */
struct passing {
    struct msghdr message;
    struct iovec part;
    int error;
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
};

static void prepare(struct passing *passing, bool with_control)
{
    memset(passing, 0, sizeof *passing);
    passing->part = (struct iovec){.iov_base = &passing->error, .iov_len = sizeof passing->error};
    passing->message.msg_iov = &passing->part;
    passing->message.msg_iovlen = 1;
    if (with_control) {
        passing->message.msg_control = passing->control.room;
        passing->message.msg_controllen = sizeof passing->control.room;
    }
}

/* @param listener  or a negative error number */
static bool pass(int socket, int listener)
{
    struct passing passing;
    prepare(&passing, listener >= 0);
    if (listener >= 0) {
        struct cmsghdr *header = CMSG_FIRSTHDR(&passing.message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof listener);
        memcpy(CMSG_DATA(header), &listener, sizeof listener);
    } else {
        passing.error = -listener;
    }
    return sendmsg(socket, &passing.message, MSG_NOSIGNAL) == (ssize_t)sizeof passing.error;
}

/* @return the listener, or a negative error number */
static int receive(int socket)
{
    struct passing passing;
    int listener = -ECHILD;
    prepare(&passing, true);
    if (recvmsg(socket, &passing.message, MSG_CMSG_CLOEXEC) != (ssize_t)sizeof passing.error) {
        return -ECHILD;
    }
    const struct cmsghdr *header = CMSG_FIRSTHDR(&passing.message);
    if (header == NULL) {
        return passing.error > 0 ? -passing.error : -ECHILD;
    }
    memcpy(&listener, CMSG_DATA(header), sizeof listener);
    return listener;
}

/* In the child. */
static void become(char *const *arguments, const sigset_t *mask, pid_t parent, int socket)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent) {
        _exit(EXEC_STATUS_FAILED);
    }
    const int listener = exec_filter_install();
    if (!pass(socket, listener >= 0 ? listener : -errno) || listener < 0) {
        _exit(EXEC_STATUS_FAILED);
    }
    (void)close(listener);
    (void)close(socket);
    (void)sigprocmask(SIG_SETMASK, mask, NULL);
    (void)execvp(arguments[0], arguments);
    const int error = errno;
    (void)dprintf(STDERR_FILENO, "virtasp exec: %s: %s\n", arguments[0], strerror(error));
    _exit(error == ENOENT ? EXEC_STATUS_NOT_FOUND : EXEC_STATUS_NOT_EXECUTABLE);
}

bool exec_child_start(char *const *arguments, const sigset_t *mask, pid_t *pid, int *listener,
                      struct provision_error *error)
{
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        return provision_fail_errno(error, "socketpair");
    }
    /* What loses its parent becomes this one's: no process gets out of reach. */
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    const pid_t parent = getpid();
    *pid = fork();
    if (*pid == 0) {
        (void)close(sockets[0]);
        become(arguments, mask, parent, sockets[1]);
    }
    const int failure = errno;
    (void)close(sockets[1]);
    *listener = *pid > 0 ? receive(sockets[0]) : -failure;
    (void)close(sockets[0]);
    if (*listener >= 0) {
        return true;
    }
    if (*pid > 0) {
        (void)waitpid(*pid, NULL, 0);
    }
    errno = -*listener;
    return provision_fail_errno(error, *pid > 0 ? "the program cannot have a filter of system calls"
                                                : "no process can be started");
}

/* Kills this process's children. @return how many there are; 0 when that cannot be read */
static unsigned kill_children(void)
{
    char name[64];
    char *line = NULL;
    size_t room = 0;
    unsigned count = 0;
    (void)snprintf(name, sizeof name, "/proc/self/task/%ld/children", (long)getpid());
    FILE *children = fopen(name, "re");
    if (children != NULL && getline(&line, &room, children) > 0) {
        char *at = line;
        char *end = NULL;
        for (long child; (child = strtol(at, &end, 10)) > 0; at = end) {
            (void)kill((pid_t)child, SIGKILL);
            count++;
        }
    }
    free(line);
    if (children != NULL) {
        (void)fclose(children);
    }
    return count;
}

void exec_child_end_all(void)
{
    const int64_t deadline = deadline_after(END_TIMEOUT_MS);
    while (kill_children() != 0 && deadline_left_ms(deadline) != 0) {
        /* Theirs are this one's then. */
        while (waitpid(-1, NULL, WNOHANG) > 0) {
        }
        deadline_sleep_us(END_STEP_US);
    }
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
}
