/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks a guest that runs for something.
 */
#include "host/linux/request_client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/lib/board.h"
#include "host/lib/unix_socket.h"

#define CONNECT_MS 10000
#define ANSWER_MS 300000 /* a snapshot of a large guest */

static bool send_all(int connection, const char *text, size_t length)
{
    return send(connection, text, length, MSG_NOSIGNAL) == (ssize_t)length;
}

/* Reads up to the end of a line. @return its length; 0 when it does not come */
static size_t receive(int connection, char *text, size_t size)
{
    size_t length = 0;
    struct pollfd wait = {.fd = connection, .events = POLLIN};
    while (length < size - 1 && poll(&wait, 1, ANSWER_MS) > 0) {
        const ssize_t got = read(connection, text + length, size - 1 - length);
        if (got <= 0) {
            return 0;
        }
        length += (size_t)got;
        if (text[length - 1] == '\n') {
            text[length] = '\0';
            return length;
        }
    }
    return 0;
}

int request_send(const char *socket, const char *line)
{
    char answer[2048];
    const int connection = unix_socket_connect(socket, CONNECT_MS);
    if (connection < 0) {
        (void)fprintf(stderr, "virtasp run: %s: %s\n", socket, strerror(errno));
        return BOARD_NOT_ANSWERING;
    }
    const bool asked = send_all(connection, line, strlen(line)) && send_all(connection, "\n", 1);
    const size_t length = asked ? receive(connection, answer, sizeof answer) : 0;
    (void)close(connection);
    if (length == 0) {
        (void)fprintf(stderr, "virtasp run: %s: no answer\n", socket);
        return BOARD_NOT_ANSWERING;
    }
    (void)fputs(answer, stdout);
    return strncmp(answer, "ok", 2) == 0 ? BOARD_OK : BOARD_FAILED;
}
