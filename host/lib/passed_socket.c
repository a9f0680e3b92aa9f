/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A listening socket that another program made and passed on.
 */
#include "host/lib/passed_socket.h"

#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

static bool has_option(int descriptor, int option, int wanted)
{
    int value = 0;
    socklen_t length = sizeof value;
    return getsockopt(descriptor, SOL_SOCKET, option, &value, &length) == 0 && value == wanted;
}

bool passed_socket_path(int descriptor, char path[PATH_MAX])
{
    /* One byte more than a name can fill, so that it ends. */
    union {
        struct sockaddr_un address;
        char bytes[sizeof(struct sockaddr_un) + 1];
    } name = {0};
    socklen_t length = sizeof name.address;
    if (!has_option(descriptor, SO_ACCEPTCONN, 1) ||
        !has_option(descriptor, SO_TYPE, SOCK_STREAM) ||
        !has_option(descriptor, SO_DOMAIN, AF_UNIX) ||
        getsockname(descriptor, (struct sockaddr *)&name.address, &length) != 0) {
        return false;
    }
    /* No name, or one outside of the file system, begins with a zero. */
    (void)snprintf(path, PATH_MAX, "%s", name.bytes + offsetof(struct sockaddr_un, sun_path));
    return path[0] != '\0';
}
