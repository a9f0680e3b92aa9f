/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket at which the bridge listens (bridge.h).
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/bridge/bridge.h"
#include "host/lib/unix_socket.h"

#define BACKLOG 8

static enum board_result refuse(struct board *board, const char *name, const char *why)
{
    return board_fail(board, BOARD_FAILED, "%s: %s", name, why);
}

/* Makes room for the socket, without taking anything from anybody. */
static enum board_result make_room(const char *name, struct board *board)
{
    struct stat status;
    if (lstat(name, &status) != 0) {
        return errno == ENOENT ? BOARD_OK : refuse(board, name, strerror(errno));
    }
    if (!S_ISSOCK(status.st_mode)) {
        return refuse(board, name, "is there already, and is not a socket");
    }
    const int other = unix_socket_connect(name, 0);
    if (other >= 0 || errno != ECONNREFUSED) {
        if (other >= 0) {
            (void)close(other);
        }
        return refuse(board, name, "another program listens there");
    }
    return unlink(name) == 0 ? BOARD_OK : refuse(board, name, strerror(errno));
}

enum board_result bridge_listen(const char *name, int *listener, struct board *board)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(name) >= sizeof address.sun_path) {
        return board_fail(board, BOARD_FAILED, "%s: too long for a socket: %zu bytes are possible",
                          name, sizeof address.sun_path - 1);
    }
    memcpy(address.sun_path, name, strlen(name) + 1);
    enum board_result result = make_room(name, board);
    if (result != BOARD_OK) {
        return result;
    }
    *listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const mode_t mask = umask(S_IXUSR | S_IRWXG | S_IRWXO);
    const bool done = *listener >= 0 &&
                      bind(*listener, (const void *)&address, sizeof address) == 0 &&
                      listen(*listener, BACKLOG) == 0;
    const int error = errno;
    (void)umask(mask);
    if (!done && *listener >= 0) {
        (void)close(*listener);
    }
    return done ? BOARD_OK : refuse(board, name, strerror(error));
}
