/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QEMU's control protocol on a socket.
 */
#include "host/linux/monitor.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/lib/deadline.h"

#define STEP_MS 100

enum heard { HEARD_NOTHING, HEARD_LINE, HEARD_END };

/* A signal shortens the wait, whenever it comes. @return milliseconds that are left */
static int patience(const struct monitor *monitor, int64_t *until)
{
    if (monitor->cancel != NULL && *monitor->cancel != 0) {
        const int64_t farewell = deadline_after(MONITOR_FAREWELL_MS);
        *until = farewell < *until ? farewell : *until;
    }
    return deadline_left_ms(*until);
}

/* Takes the next line, if it is there whole; the one before is gone. */
static enum heard next_line(struct monitor *monitor, int timeout_ms)
{
    char *end = memchr(monitor->line, '\n', monitor->length);
    int64_t until = deadline_after(timeout_ms);
    while (end == NULL) {
        const int left = patience(monitor, &until);
        struct pollfd wait = {.fd = monitor->socket, .events = POLLIN};
        if (monitor->length == sizeof monitor->line) {
            return HEARD_END; /* no line of QEMU's is that long */
        }
        if (poll(&wait, 1, left < STEP_MS ? left : STEP_MS) <= 0) {
            if (left > 0) {
                continue;
            }
            return HEARD_NOTHING;
        }
        const ssize_t got = read(monitor->socket, monitor->line + monitor->length,
                                 sizeof monitor->line - monitor->length);
        if (got <= 0) {
            return HEARD_END;
        }
        monitor->length += (size_t)got;
        end = memchr(monitor->line, '\n', monitor->length);
    }
    *end = '\0';
    if (strstr(monitor->line, "\"event\": \"SHUTDOWN\"") != NULL) {
        monitor->shut_down = true;
    }
    return HEARD_LINE;
}

static void drop_line(struct monitor *monitor)
{
    const size_t used = strlen(monitor->line) + 1;
    memmove(monitor->line, monitor->line + used, monitor->length - used);
    monitor->length -= used;
}

bool monitor_execute(struct monitor *monitor, const char *command, const char *arguments,
                     const char **answer)
{
    static char kept[4096];
    char text[2048];
    const int length = arguments != NULL
                           ? snprintf(text, sizeof text, "{\"execute\":\"%s\",\"arguments\":%s}\n",
                                      command, arguments)
                           : snprintf(text, sizeof text, "{\"execute\":\"%s\"}\n", command);
    if (monitor->socket < 0 || length < 0 || (size_t)length >= sizeof text ||
        send(monitor->socket, text, (size_t)length, MSG_NOSIGNAL) != length) {
        return false;
    }
    while (next_line(monitor, MONITOR_TIMEOUT_MS) == HEARD_LINE) {
        const bool good = strncmp(monitor->line, "{\"return\"", 9) == 0;
        const bool bad = strncmp(monitor->line, "{\"error\"", 8) == 0;
        if (good || bad) {
            (void)snprintf(kept, sizeof kept, "%.*s", (int)sizeof kept - 1, monitor->line);
        }
        drop_line(monitor);
        if (good || bad) {
            if (answer != NULL) {
                *answer = kept;
            }
            return good;
        }
    }
    monitor_close(monitor);
    return false;
}

bool monitor_open(struct monitor *monitor, int socket)
{
    monitor->socket = socket;
    monitor->length = 0;
    monitor->shut_down = false;
    if (next_line(monitor, MONITOR_TIMEOUT_MS) != HEARD_LINE) {
        return false;
    }
    drop_line(monitor);
    return monitor_execute(monitor, "qmp_capabilities", NULL, NULL);
}

bool monitor_listen(struct monitor *monitor)
{
    enum heard heard;
    while ((heard = next_line(monitor, 0)) == HEARD_LINE) {
        drop_line(monitor);
    }
    return heard != HEARD_END;
}

void monitor_close(struct monitor *monitor)
{
    if (monitor->socket >= 0) {
        (void)close(monitor->socket);
    }
    monitor->socket = -1;
}
