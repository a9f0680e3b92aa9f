/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorbell as a unix stream socket: this side listens and serves one client at a time, and
 * forgets a byte for which the stream has no room. Every wait sleeps in poll().
 */
#include "hal/hosted/doorbell_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "hal/hosted/boot.h"
#include "hal/hosted/power_off.h"
#include "hal/hosted/state.h"
#include "hal/system.h"

#define PASSED_PREFIX "fd:"
#define DRAIN_READS_MAX 16

static int listener = -1;
static int client = -1;
static struct sockaddr_un address;

bool hosted_socket_attached(void)
{
    return listener >= 0;
}

void hosted_socket_close(void)
{
    if (client >= 0) {
        (void)close(client);
    }
    if (listener >= 0) {
        (void)close(listener);
        if (address.sun_path[0] != '\0') {
            (void)unlink(address.sun_path);
        }
    }
    client = -1;
    listener = -1;
}

/** Whether a program listens at the address, or may do so for all that can be seen. */
static bool is_served(void)
{
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const bool served = probe < 0 ||
                        connect(probe, (const struct sockaddr *)&address, sizeof(address)) == 0 ||
                        errno != ECONNREFUSED;

    if (probe >= 0) {
        (void)close(probe);
    }
    return served;
}

/** Takes over a socket that another process made and that listens already; its name stays. */
static bool adopt(const char *number)
{
    char *end = NULL;
    const long descriptor = strtol(number, &end, 10);
    int listens = 0;
    socklen_t length = sizeof(listens);

    address.sun_path[0] = '\0';
    if (end == number || *end != '\0' || descriptor <= STDERR_FILENO || descriptor > INT_MAX ||
        getsockopt((int)descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) != 0 ||
        listens == 0 || fcntl((int)descriptor, F_SETFL, O_NONBLOCK) != 0) {
        errno = EBADF;
        return false;
    }
    listener = (int)descriptor;
    return true;
}

bool hosted_socket_listen(const char *path)
{
    struct stat status;

    hosted_socket_close();
    if (strncmp(path, PASSED_PREFIX, strlen(PASSED_PREFIX)) == 0) {
        return adopt(path + strlen(PASSED_PREFIX));
    }
    address.sun_family = AF_UNIX;
    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return false;
    }
    memset(address.sun_path, 0, sizeof(address.sun_path));
    memcpy(address.sun_path, path, strlen(path));
    if (lstat(path, &status) == 0 && S_ISSOCK(status.st_mode)) {
        if (is_served()) {
            errno = EADDRINUSE;
            return false;
        }
        (void)unlink(path); /* What an earlier board left; a file of another kind is kept. */
    }
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0) {
        return false;
    }
    if (bind(listener, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        const int reason = errno;
        (void)close(listener); /* Not ours: the path stays. */
        listener = -1;
        errno = reason;
        return false;
    }
    return listen(listener, 8) == 0;
}

static bool take_client(void)
{
    if (client < 0) {
        client = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    }
    return client >= 0;
}

static void drop_client(void)
{
    (void)close(client);
    client = -1;
}

uint32_t hosted_socket_drain(void)
{
    char bytes[256];
    uint32_t arrived = 0;

    if (hosted_power_off_requested()) {
        hal_power_off(); /* With commands one after the other there is no wait to notice it in. */
    }
    /* Bounded: with a client that never stops, the rest makes the next wait return at once. */
    for (int reads = 0; reads < DRAIN_READS_MAX && take_client(); reads++) {
        const ssize_t got = recv(client, bytes, sizeof(bytes), 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            drop_client();
        } else if (got < 0) {
            return arrived;
        }
        arrived += got > 0 ? (uint32_t)got : 0;
    }
    return arrived;
}

static int64_t now_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        hosted_guard("clock_gettime: %s", strerror(errno));
    }
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/** @return whether a byte waits to be read; forgets a client that has gone */
static bool byte_waits(void)
{
    char byte;
    const ssize_t got = recv(client, &byte, 1, MSG_PEEK);

    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        drop_client();
    }
    return got > 0;
}

void hosted_socket_wait(uint32_t timeout_ms)
{
    const int64_t end = now_ms() + timeout_ms;
    bool awake = false;

    while (!awake) {
        const int64_t left = end - now_ms();
        struct pollfd events[2] = {
            {.fd = take_client() ? client : listener, .events = POLLIN},
            {.fd = hosted_power_off_descriptor(), .events = POLLIN},
        };

        if (left > 0 && poll(events, 2, (int)(left < 1000000 ? left : 1000000)) < 0 &&
            errno != EINTR) {
            hosted_guard("poll: %s", strerror(errno));
        }
        if (hosted_power_off_requested()) {
            hal_power_off();
        }
        awake = (client >= 0 && byte_waits()) || left <= 0;
    }
}

void hosted_socket_ring(uint8_t value)
{
    /* The client may have gone and another one come while a command ran: hence a second try. */
    for (int attempt = 0; attempt < 2 && take_client(); attempt++) {
        if (send(client, &value, 1, MSG_NOSIGNAL) == 1 || errno == EAGAIN) {
            return; /* A full stream means that there are bytes enough to wake the client. */
        }
        if (errno != EINTR) {
            drop_client();
        }
    }
}
