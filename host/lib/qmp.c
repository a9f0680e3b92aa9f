/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QEMU's control socket (QMP): a line of JSON each way, with events in between.
 */
#include "host/lib/qmp.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/lib/deadline.h"
#include "host/lib/unix_socket.h"

#define LINE_BYTES 4096

/* Reads one line, cut to what fits. */
static bool read_line(int descriptor, char line[LINE_BYTES], int64_t deadline)
{
    size_t used = 0;
    for (;;) {
        char byte;
        struct pollfd input = {.fd = descriptor, .events = POLLIN};
        int ready = poll(&input, 1, deadline_left_ms(deadline));
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready <= 0 || recv(descriptor, &byte, 1, 0) != 1) {
            return false;
        }
        if (byte == '\n') {
            line[used] = '\0';
            return true;
        }
        if (used < LINE_BYTES - 1) {
            line[used++] = byte;
        }
    }
}

static bool request(int descriptor, const char *command, int64_t deadline)
{
    char line[LINE_BYTES];
    int length = snprintf(line, sizeof line, "{\"execute\": \"%s\"}\n", command);
    if (send(descriptor, line, (size_t)length, MSG_NOSIGNAL) != length) {
        return false;
    }
    while (read_line(descriptor, line, deadline)) {
        if (strstr(line, "\"return\"") != NULL) {
            return true;
        }
        if (strstr(line, "\"error\"") != NULL) {
            return false;
        }
    }
    return false;
}

/* @return descriptor of a connection that takes commands, or -1 */
static int connect_to(const char *path, int timeout_ms, int64_t deadline)
{
    char greeting[LINE_BYTES];
    int descriptor = unix_socket_connect(path, timeout_ms);
    if (descriptor >= 0 && !(read_line(descriptor, greeting, deadline) &&
                             request(descriptor, "qmp_capabilities", deadline))) {
        (void)close(descriptor);
        descriptor = -1;
    }
    return descriptor;
}

bool qmp_execute(const char *path, const char *command, int timeout_ms)
{
    const int64_t deadline = deadline_after(timeout_ms);
    int descriptor = connect_to(path, timeout_ms, deadline);
    if (descriptor < 0) {
        return false;
    }
    bool done = request(descriptor, command, deadline);
    (void)close(descriptor);
    return done;
}

bool qmp_reset(const char *path, int timeout_ms, qmp_between *between, void *context)
{
    const int64_t deadline = deadline_after(timeout_ms);
    int descriptor = connect_to(path, timeout_ms, deadline);
    if (descriptor < 0) {
        return false;
    }
    bool done =
        request(descriptor, "stop", deadline) && request(descriptor, "system_reset", deadline);
    if (done) {
        between(context);
    }
    /* Whatever became of it: an answer may just have come too late. */
    done = request(descriptor, "cont", deadline_after(timeout_ms)) && done;
    (void)close(descriptor);
    return done;
}
