/*
 * Unix sockets, whose addresses hold only 107 characters of a path.
 */
#include "host/lib/unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int unix_socket_connect(const char *path)
{
    /* A path that is too long is shortened to a name of the open file. */
    int node = open(path, O_PATH | O_CLOEXEC);
    if (node < 0) {
        return -1;
    }
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d", node);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int error = errno;
    if (descriptor >= 0 && connect(descriptor, (const void *)&address, sizeof address) != 0) {
        error = errno;
        (void)close(descriptor);
        descriptor = -1;
    }
    (void)close(node);
    errno = error;
    return descriptor;
}
