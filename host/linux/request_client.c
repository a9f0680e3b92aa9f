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
#define ANSWER_MS 300000 /* a search through a large guest */
#define STATUS_MS 30000

static bool send_all(int connection, const char *text, size_t length)
{
    return send(connection, text, length, MSG_NOSIGNAL) == (ssize_t)length;
}

/* @return how long an answer may take; -1: as long as it wants, as packets of a large guest do */
static int patience(const char *line)
{
    if (strncmp(line, "migrate ", 8) == 0 || strncmp(line, "snapshot ", 9) == 0) {
        return -1;
    }
    return strcmp(line, "status") == 0 ? STATUS_MS : ANSWER_MS;
}

/* Reads up to the end of a line. @return its length; 0 when it does not come, with errno */
static size_t receive(int connection, char *text, size_t size, int wait_ms)
{
    size_t length = 0;
    struct pollfd wait = {.fd = connection, .events = POLLIN};
    while (length < size - 1) {
        const int ready = poll(&wait, 1, wait_ms);
        const ssize_t got = ready > 0 ? read(connection, text + length, size - 1 - length) : 0;
        if (got <= 0) {
            errno = ready == 0 ? ETIMEDOUT : ECONNRESET;
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

/* Requests that name a file: the guest's program runs in a directory of its own. */
static bool names_file(const char *line)
{
    static const char *const names[] = {"snapshot ", "migrate "};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strncmp(line, names[i], strlen(names[i])) == 0) {
            return line[strlen(names[i])] != '/' && line[strlen(names[i])] != '\0';
        }
    }
    return false;
}

bool request_line(const char *line, char text[REQUEST_LINE_BYTES])
{
    char directory[PATH_MAX] = "";
    const char *argument = strchr(line, ' ');
    int length = 0;
    if (!names_file(line)) {
        length = snprintf(text, REQUEST_LINE_BYTES, "%s\n", line);
    } else if (getcwd(directory, sizeof directory) != NULL) {
        length = snprintf(text, REQUEST_LINE_BYTES, "%.*s %s/%s\n", (int)(argument - line), line,
                          directory, argument + 1);
    }
    /* One line, whatever the directory is called. */
    return length > 0 && length < REQUEST_LINE_BYTES && strchr(text, '\n') == text + length - 1;
}

int request_send(const char *socket, const char *line)
{
    char answer[2048];
    char text[REQUEST_LINE_BYTES];
    if (!request_line(line, text)) {
        (void)fprintf(stderr, "virtasp run: --request: too long, or more than one line\n");
        return BOARD_FAILED;
    }
    const int connection = unix_socket_connect(socket, CONNECT_MS);
    if (connection < 0) {
        (void)fprintf(stderr, "virtasp run: %s: %s\n", socket,
                      errno == ETIMEDOUT
                          ? "the guest's program takes no connection: it is stopped, "
                            "or busy with another request"
                          : strerror(errno));
        return BOARD_NOT_ANSWERING;
    }
    const bool asked = send_all(connection, text, strlen(text));
    const size_t length = asked ? receive(connection, answer, sizeof answer, patience(line)) : 0;
    const bool late = asked && length == 0 && errno == ETIMEDOUT;
    (void)close(connection);
    if (length == 0) {
        (void)fprintf(stderr, "virtasp run: %s: no answer%s\n", socket,
                      late ? ": the guest's program is stopped, or busy with another request" : "");
        return BOARD_NOT_ANSWERING;
    }
    (void)fputs(answer, stdout);
    return strncmp(answer, "ok", 2) == 0 ? BOARD_OK : BOARD_FAILED;
}
