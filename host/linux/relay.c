/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries text to somebody who may not read it for a long time (relay.h).
 */
#include "host/linux/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 512u /* of a pipe that has room, no more than it has */

/* A description of its own: the one that is there may be a shell's, too, which is not to stop waiting. */
static int open_anew(int to)
{
    char name[32];
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", to);
    return open(name, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static void aim(struct relay *relay, int to)
{
    struct stat status;
    const bool known = fstat(to, &status) == 0;
    relay->to = to;
    relay->is_ours = false;
    relay->is_socket = known && S_ISSOCK(status.st_mode);
    relay->may_block = false;
    if (known && (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode))) {
        const int own = open_anew(to);
        relay->is_ours = own >= 0;
        relay->may_block = own < 0;
        relay->to = own >= 0 ? own : to;
    }
}

void relay_open(struct relay *relay, int to)
{
    relay->length = relay->sent = 0;
    aim(relay, to);
}

void relay_turn(struct relay *relay, int to)
{
    if (relay->is_ours) {
        (void)close(relay->to);
    }
    aim(relay, to);
}

ssize_t relay_fill(struct relay *relay, int from)
{
    const ssize_t got = read(from, relay->text, sizeof relay->text);
    relay->length = got > 0 ? (size_t)got : 0;
    relay->sent = 0;
    return got;
}

static ssize_t put(const struct relay *relay)
{
    const char *text = relay->text + relay->sent;
    const size_t left = relay->length - relay->sent;
    struct pollfd room = {.fd = relay->to, .events = POLLOUT};
    if (relay->is_socket) {
        return send(relay->to, text, left, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    if (!relay->may_block) {
        return write(relay->to, text, left);
    }
    if (poll(&room, 1, 0) <= 0) {
        errno = EAGAIN;
        return -1;
    }
    return write(relay->to, text, left < PIECE ? left : PIECE);
}

void relay_push(struct relay *relay)
{
    while (relay->sent < relay->length) {
        const ssize_t sent = put(relay);
        if (sent > 0) {
            relay->sent += (size_t)sent;
        } else if (sent < 0 && errno == EAGAIN) {
            return;
        } else if (sent == 0 || errno != EINTR) {
            break; /* nobody will read it */
        }
    }
    relay->length = relay->sent = 0;
}

void relay_close(struct relay *relay)
{
    relay_turn(relay, -1);
    relay->length = relay->sent = 0;
}
