/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a service manager hands to a service, and is told by it (service.h). The protocols are
 * sd_listen_fds(3) and sd_notify(3), which need no library.
 */
#include "host/cmd/service.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/lib/passed_socket.h"

#define FIRST_DESCRIPTOR 3
#define KEPT_SUFFIX ".kept"

static long number_in(const char *variable)
{
    const char *text = getenv(variable);
    return text != NULL ? strtol(text, NULL, 10) : 0;
}

enum service_sockets service_take_socket(int *descriptor)
{
    const long count = number_in("LISTEN_PID") == (long)getpid() ? number_in("LISTEN_FDS") : 0;
    (void)unsetenv("LISTEN_PID");
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_FDNAMES");
    if (count <= 0) {
        return SERVICE_NO_SOCKET;
    }
    *descriptor = FIRST_DESCRIPTOR;
    (void)fcntl(FIRST_DESCRIPTOR, F_SETFD, FD_CLOEXEC);
    return count == 1 ? SERVICE_ONE_SOCKET : SERVICE_MANY_SOCKETS;
}

void service_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t length = path != NULL ? strlen(path) : 0;
    if (length == 0 || length > sizeof address.sun_path) {
        return;
    }
    memcpy(address.sun_path, path, length);
    if (address.sun_path[0] == '@') {
        address.sun_path[0] = '\0'; /* a name outside of the file system */
    }
    int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (manager >= 0) {
        (void)sendto(manager, state, strlen(state), MSG_NOSIGNAL, (const void *)&address,
                     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
        (void)close(manager);
    }
}

/* What a service left that was killed; another kind of file is somebody's. */
static void remove_socket(const char *path)
{
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISSOCK(status.st_mode)) {
        (void)unlink(path);
    }
}

void service_keep_name(struct service_socket_name *name, int descriptor)
{
    name->is_kept = false;
    if (passed_socket_path(descriptor, name->path) &&
        strlen(name->path) + sizeof KEPT_SUFFIX <= sizeof name->kept) {
        (void)snprintf(name->kept, sizeof name->kept, "%.*s" KEPT_SUFFIX,
                       (int)(sizeof name->kept - sizeof KEPT_SUFFIX), name->path);
        remove_socket(name->kept);
        name->is_kept = link(name->path, name->kept) == 0;
    }
}

void service_restore_name(struct service_socket_name *name)
{
    if (name->is_kept) {
        if (link(name->kept, name->path) == 0 || access(name->path, F_OK) == 0) {
            (void)unlink(name->kept);
        }
        name->is_kept = false;
    }
}
