/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unix sockets, whose addresses hold only 107 characters of a path.
 */
#include "host/lib/unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/lib/deadline.h"

#define STEP_US 5000

/* A listener whose queue is full refuses at once, and may have room a moment later. */
static bool connect_until(int descriptor, const struct sockaddr_un *address, int64_t deadline)
{
    while (connect(descriptor, (const void *)address, sizeof *address) != 0) {
        if (errno == EAGAIN && deadline_left_ms(deadline) > 0) {
            deadline_sleep_us(STEP_US);
        } else if (errno != EINTR) {
            errno = errno == EAGAIN ? ETIMEDOUT : errno;
            return false;
        }
    }
    return true;
}

int unix_socket_connect(const char *path, int timeout_ms)
{
    /* A path that is too long is shortened to a name of the open file. */
    int node = open(path, O_PATH | O_CLOEXEC);
    if (node < 0) {
        return -1;
    }
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d", node);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error = errno;
    if (descriptor >= 0 && !connect_until(descriptor, &address, deadline_after(timeout_ms))) {
        error = errno;
        (void)close(descriptor);
        descriptor = -1;
    }
    (void)close(node);
    errno = error;
    return descriptor;
}
