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

static bool is_named(const char *name, dev_t device, ino_t inode)
{
    struct stat status;
    return lstat(name, &status) == 0 && status.st_dev == device && status.st_ino == inode;
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
    const int error = errno;
    if (other >= 0) {
        (void)close(other);
    }
    if (other < 0 && error == EACCES) {
        return refuse(board, name, "is there already, and is another user's");
    }
    /* Another one may have made its own meanwhile. */
    if (other >= 0 || error != ECONNREFUSED || !is_named(name, status.st_dev, status.st_ino)) {
        return refuse(board, name, "another program listens there");
    }
    return unlink(name) == 0 ? BOARD_OK : refuse(board, name, strerror(errno));
}

/* @return whether it has the name; else errno says why not */
static bool bind_name(const struct sockaddr_un *address, struct bridge_socket *place)
{
    struct stat status;
    const mode_t mask = umask(S_IXUSR | S_IRWXG | S_IRWXO);
    const bool bound = bind(place->listener, (const void *)address, sizeof *address) == 0;
    const int error = errno;
    (void)umask(mask);
    errno = error;
    if (!bound || lstat(address->sun_path, &status) != 0) {
        return false;
    }
    place->device = status.st_dev;
    place->inode = status.st_ino;
    return true;
}

enum board_result bridge_listen(const char *name, struct bridge_socket *place, struct board *board)
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
    place->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (place->listener < 0) {
        return refuse(board, name, strerror(errno));
    }
    if (!bind_name(&address, place)) {
        result = refuse(board, name, strerror(errno));
        (void)close(place->listener);
        return result;
    }
    if (listen(place->listener, BACKLOG) != 0) {
        result = refuse(board, name, strerror(errno));
        bridge_unlisten(name, place);
    }
    return result;
}

void bridge_unlisten(const char *name, const struct bridge_socket *place)
{
    if (is_named(name, place->device, place->inode)) {
        (void)unlink(name);
    }
    (void)close(place->listener);
}
