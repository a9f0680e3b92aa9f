/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets that a program makes at a name that its user gives (named_socket.h).
 */
#include "host/lib/named_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/lib/deadline.h"
#include "host/lib/unix_socket.h"

#define BACKLOG 8
#define LOCK_MS 10000
#define LOCK_STEP_US 5000

_Static_assert(sizeof((struct sockaddr_un *)NULL)->sun_path == 108,
               "bytes, with the zero at the end");

static bool is_named(const char *name, dev_t device, ino_t inode)
{
    struct stat status;
    return lstat(name, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

/*
 * Locks the name's directory: of several programs that find one dead socket, the second would else take
 * away what the first has put there. @return the lock, to be closed; -1 with errno set
 */
static int lock_directory(const char *name)
{
    char directory[sizeof((struct sockaddr_un *)NULL)->sun_path] = ".";
    const char *slash = strrchr(name, '/');
    if (slash != NULL) {
        const size_t length = (size_t)(slash - name) + 1;
        memcpy(directory, name, length);
        directory[length] = '\0';
    }
    const int lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0) {
        return -1;
    }
    const int64_t deadline = deadline_after(LOCK_MS);
    while (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        if (error != EINTR && (error != EWOULDBLOCK || deadline_left_ms(deadline) == 0)) {
            (void)close(lock);
            errno = error;
            return -1;
        }
        deadline_sleep_us(LOCK_STEP_US);
    }
    return lock;
}

/* Makes room for the socket, without taking anything from anybody. @return NULL, or why not */
static const char *make_room(const char *name)
{
    struct stat status;
    if (lstat(name, &status) != 0) {
        return errno == ENOENT ? NULL : strerror(errno);
    }
    if (!S_ISSOCK(status.st_mode)) {
        return "is there already, and is not a socket";
    }
    const int other = unix_socket_connect(name, 0);
    const int error = errno;
    if (other >= 0) {
        (void)close(other);
    }
    if (other < 0 && error == EACCES) {
        return "is there already, and is another user's";
    }
    /* Another one may have made its own meanwhile. */
    if (other >= 0 || error != ECONNREFUSED || !is_named(name, status.st_dev, status.st_ino)) {
        return "another program listens there";
    }
    return unlink(name) == 0 ? NULL : strerror(errno);
}

/* @return whether it has the name; else errno says why not */
static bool bind_name(const struct sockaddr_un *address, struct named_socket *place)
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

/* The directory is locked. */
static const char *listen_at(const struct sockaddr_un *address, struct named_socket *place)
{
    const char *why = make_room(address->sun_path);
    if (why != NULL) {
        return why;
    }
    place->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (place->listener < 0) {
        return strerror(errno);
    }
    if (!bind_name(address, place)) {
        why = strerror(errno);
        (void)close(place->listener);
        return why;
    }
    if (listen(place->listener, BACKLOG) != 0) {
        why = strerror(errno);
        named_socket_close(address->sun_path, place);
    }
    return why;
}

const char *named_socket_listen(const char *name, struct named_socket *place)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(name) >= sizeof address.sun_path) {
        return "too long for a socket: 107 bytes are possible";
    }
    memcpy(address.sun_path, name, strlen(name) + 1);
    const int lock = lock_directory(name);
    if (lock < 0) {
        return errno == EWOULDBLOCK ? "another program keeps the directory locked"
                                    : strerror(errno);
    }
    const char *why = listen_at(&address, place);
    (void)close(lock); /* And the lock with it. */
    return why;
}

void named_socket_close(const char *name, const struct named_socket *place)
{
    if (is_named(name, place->device, place->inode)) {
        (void)unlink(name);
    }
    (void)close(place->listener);
}
