/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serving HTTP (server.h). One thread, sockets that never block, and a bound on everything that a
 * client has a say in: bytes, time, connections.
 */
#include "host/kds/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/lib/deadline.h"

#define BACKLOG 64
#define HEAD_BYTES 256u
#define NOT_CONNECTED (-1)
#define FULL_US 20000 /* Without descriptors, a client that waits would not let poll() wait. */

/* What a connection waits for. */
enum phase {
    RECEIVING, /* The rest of the request. */
    SENDING,   /* Room for the rest of the answer. */
    ENDING,    /* That the client closes: what it still sends is thrown away. */
};

struct connection {
    int socket; /* NOT_CONNECTED when the place is free. */
    enum phase phase;
    int64_t deadline;
    char request[KDS_HEAD_BYTES_MAX];
    size_t received;
    char head[HEAD_BYTES]; /* Of the answer. */
    size_t head_bytes;
    struct kds_answer answer;
    size_t sent; /* Of head and body. */
};

bool kds_listen(uint16_t *port, int *listener, struct provision_error *error)
{
    const int yes = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(*port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t length = sizeof address;
    *listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*listener < 0) {
        return provision_fail_errno(error, "cannot make a socket");
    }
    /* A server that has just ended is not in the way. */
    (void)setsockopt(*listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(*listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(*listener, BACKLOG) != 0 ||
        getsockname(*listener, (struct sockaddr *)&address, &length) != 0) {
        (void)provision_fail_errno(error, "cannot use port %u of 127.0.0.1", (unsigned)*port);
        (void)close(*listener);
        return false;
    }
    *port = ntohs(address.sin_port);
    return true;
}

static void hang_up(struct connection *connection)
{
    (void)close(connection->socket);
    provision_bytes_free(&connection->answer.body);
    connection->socket = NOT_CONNECTED;
}

/* Has the answer sent. */
static void begin_answer(struct connection *connection)
{
    const struct kds_answer *answer = &connection->answer;
    const int length = snprintf(connection->head, sizeof connection->head,
                                "HTTP/1.1 %d %s\r\n"
                                "Content-Type: %s\r\n"
                                "Content-Length: %zu\r\n"
                                "%s"
                                "Connection: close\r\n"
                                "\r\n",
                                (int)answer->status, kds_status_text(answer->status), answer->type,
                                answer->body.length,
                                answer->status == KDS_METHOD_NOT_ALLOWED ? "Allow: GET\r\n" : "");
    connection->head_bytes = length > 0 ? (size_t)length : 0;
    connection->phase = SENDING;
}

/* Whether a call on a socket that does not block is only to be made again later. */
static bool is_later(ssize_t count)
{
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

static void receive(const struct kds *kds, struct connection *connection)
{
    char target[KDS_HEAD_BYTES_MAX];
    enum kds_status status;
    const ssize_t count = recv(connection->socket, connection->request + connection->received,
                               sizeof connection->request - connection->received, 0);
    if (is_later(count)) {
        return;
    }
    if (count <= 0) {
        hang_up(connection);
        return;
    }
    connection->received += (size_t)count;
    if (kds_read_head(connection->request, connection->received, target, &status) ==
        KDS_INCOMPLETE) {
        return;
    }
    if (status == KDS_OK) {
        kds_get(kds, target, &connection->answer);
    } else {
        kds_refuse(status, &connection->answer);
    }
    begin_answer(connection);
}

static void transmit(struct connection *connection)
{
    const bool in_head = connection->sent < connection->head_bytes;
    const size_t in_body = connection->sent - connection->head_bytes;
    const void *from = in_head ? (const void *)(connection->head + connection->sent)
                               : (const void *)(connection->answer.body.data + in_body);
    const size_t left = in_head ? connection->head_bytes - connection->sent
                                : connection->answer.body.length - in_body;
    const ssize_t count = send(connection->socket, from, left, MSG_NOSIGNAL);
    if (is_later(count)) {
        return;
    }
    if (count < 0) {
        hang_up(connection);
        return;
    }
    connection->sent += (size_t)count;
    if (connection->sent == connection->head_bytes + connection->answer.body.length) {
        (void)shutdown(connection->socket, SHUT_WR);
        connection->phase = ENDING;
    }
}

/* A close with bytes unread would take the answer back from a client that still sends. */
static void drain(struct connection *connection)
{
    const ssize_t count =
        recv(connection->socket, connection->request, sizeof connection->request, 0);
    if (count <= 0 && !is_later(count)) {
        hang_up(connection);
    }
}

static void accept_one(int listener, uint32_t limit_ms, struct connection *free_place)
{
    const int accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) {
        memset(free_place, 0, sizeof *free_place);
        free_place->socket = accepted;
        free_place->deadline = deadline_after((int)limit_ms);
    } else if (errno == EMFILE || errno == ENFILE) {
        deadline_sleep_us(FULL_US);
    }
}

static void work(const struct kds *kds, struct connection *connection)
{
    switch (connection->phase) {
    case RECEIVING:
        receive(kds, connection);
        break;
    case SENDING:
        transmit(connection);
        break;
    case ENDING:
        drain(connection);
        break;
    }
}

/* Hangs up on who took too long. @return milliseconds until the next may have; -1 when none is there */
static int expire(struct connection *connections)
{
    int wait = -1;
    for (size_t i = 0; i < KDS_CONNECTIONS; i++) {
        struct connection *connection = &connections[i];
        if (connection->socket == NOT_CONNECTED) {
            continue;
        }
        const int left = deadline_left_ms(connection->deadline);
        if (left == 0) {
            hang_up(connection);
        } else {
            wait = wait < 0 || left < wait ? left : wait;
        }
    }
    return wait;
}

/* @return a free place, or NULL */
static struct connection *find_place(struct connection *connections)
{
    for (size_t i = 0; i < KDS_CONNECTIONS; i++) {
        if (connections[i].socket == NOT_CONNECTED) {
            return &connections[i];
        }
    }
    return NULL;
}

/* One round. @return false when it is to end: an error, if there is one, is in @p error */
static bool serve_once(const struct kds *kds, int listener, int signals, uint32_t limit_ms,
                       struct connection *connections, struct provision_error *error)
{
    const int wait = expire(connections);
    struct connection *place = find_place(connections);
    struct pollfd polled[KDS_CONNECTIONS + 2];
    for (size_t i = 0; i < KDS_CONNECTIONS; i++) {
        polled[i] = (struct pollfd){
            .fd = connections[i].socket, /* Negative ones are passed over. */
            .events = connections[i].phase == SENDING ? POLLOUT : POLLIN,
        };
    }
    polled[KDS_CONNECTIONS] =
        (struct pollfd){.fd = place != NULL ? listener : -1, .events = POLLIN};
    polled[KDS_CONNECTIONS + 1] = (struct pollfd){.fd = signals, .events = POLLIN};
    if (poll(polled, KDS_CONNECTIONS + 2, wait) < 0) {
        return errno == EINTR || provision_fail_errno(error, "cannot wait for requests");
    }
    if (polled[KDS_CONNECTIONS + 1].revents != 0) {
        return false;
    }
    for (size_t i = 0; i < KDS_CONNECTIONS; i++) {
        if (polled[i].revents != 0) {
            work(kds, &connections[i]);
        }
    }
    if (polled[KDS_CONNECTIONS].revents != 0) {
        accept_one(listener, limit_ms, place);
    }
    return true;
}

bool kds_serve(const struct kds *kds, int listener, int signals, uint32_t limit_ms,
               struct provision_error *error)
{
    static struct connection connections[KDS_CONNECTIONS];
    error->text[0] = '\0';
    for (size_t i = 0; i < KDS_CONNECTIONS; i++) {
        connections[i] = (struct connection){.socket = NOT_CONNECTED};
    }
    while (serve_once(kds, listener, signals, limit_ms, connections, error)) {
    }
    for (size_t i = 0; i < KDS_CONNECTIONS; i++) {
        if (connections[i].socket != NOT_CONNECTED) {
            hang_up(&connections[i]);
        }
    }
    return error->text[0] == '\0';
}
