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
#include "host/linux/asker.h"

#define CONNECT_MS 10000
#define ANSWER_MS 300000 /* a search through a large guest */
#define STATUS_MS 30000

struct answer {
    int connection;
    char text[2 * ASKER_LINE]; /* A line, and what has come behind it. */
    size_t length;
    size_t used; /* By the line. */
};

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

/* Reads up to the end of a line, which others may follow. @return false when it does not come, with errno */
static bool next_line(struct answer *answer, int wait_ms)
{
    struct pollfd wait = {.fd = answer->connection, .events = POLLIN};
    memmove(answer->text, answer->text + answer->used, answer->length - answer->used);
    answer->length -= answer->used;
    answer->used = 0;
    char *end = NULL;
    while ((end = memchr(answer->text, '\n', answer->length)) == NULL) {
        const size_t room = sizeof answer->text - answer->length;
        const int ready = room != 0 ? poll(&wait, 1, wait_ms) : -1;
        const ssize_t got =
            ready > 0 ? read(answer->connection, answer->text + answer->length, room) : 0;
        if (got <= 0) {
            errno = ready == 0 ? ETIMEDOUT : ECONNRESET;
            return false;
        }
        answer->length += (size_t)got;
    }
    *end = '\0';
    answer->used = (size_t)(end - answer->text) + 1;
    return true;
}

/* What comes before the answer is printed: how far it is to standard error. @return whether that came */
static bool receive(struct answer *answer, int wait_ms)
{
    while (next_line(answer, wait_ms)) {
        if (strncmp(answer->text, "ok", 2) == 0 || strncmp(answer->text, "error", 5) == 0) {
            return true;
        }
        const bool progress = strncmp(answer->text, ASKER_PROGRESS, strlen(ASKER_PROGRESS)) == 0;
        (void)fprintf(progress ? stderr : stdout, "%s\n", answer->text);
        (void)fflush(stdout);
    }
    return false;
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
    struct answer answer = {.length = 0};
    char text[REQUEST_LINE_BYTES];
    if (!request_line(line, text)) {
        (void)fprintf(stderr, "virtasp run: --request: too long, or more than one line\n");
        return BOARD_FAILED;
    }
    answer.connection = unix_socket_connect(socket, CONNECT_MS);
    if (answer.connection < 0) {
        (void)fprintf(stderr, "virtasp run: %s: %s\n", socket,
                      errno == ETIMEDOUT
                          ? "the guest's program takes no connection: it is stopped, "
                            "or busy with another request"
                          : strerror(errno));
        return BOARD_NOT_ANSWERING;
    }
    const bool asked = send_all(answer.connection, text, strlen(text));
    const bool answered = asked && receive(&answer, patience(line));
    const bool late = asked && !answered && errno == ETIMEDOUT;
    (void)close(answer.connection);
    if (!answered) {
        (void)fprintf(stderr, "virtasp run: %s: no answer%s\n", socket,
                      late ? ": the guest's program is stopped, or busy with another request" : "");
        return BOARD_NOT_ANSWERING;
    }
    (void)printf("%s\n", answer.text);
    return strncmp(answer.text, "ok", 2) == 0 ? BOARD_OK : BOARD_FAILED;
}
