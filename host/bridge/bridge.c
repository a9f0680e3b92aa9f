/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bridge's one thread (bridge.h). It waits in poll() alone: QEMU gives a function up that has not
 * answered within five seconds.
 */
#include "host/bridge/bridge.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/bridge/board_reset.h"
#include "host/bridge/protocol.h"
#include "host/lib/deadline.h"

#define RESET_ANSWER_MS                                                                            \
    3500                  /* The board may take longer; its registers say that it does not serve. */
#define ROUND_MESSAGES 64 /* Of a client that never pauses, before others get their turn. */
#define AGREE_MS 5000     /* A client that says nothing keeps others out. */
#define FULL_US 20000     /* Without descriptors, a client that waits would not let poll() wait. */

struct bridge {
    struct board_link link;
    struct device device;
    struct connection connection;
    struct protocol protocol;
    struct board_reset reset;
    bool owes_answer; /* To the client that has reset its machine. */
    int64_t deadline; /* Of that answer, or of the client's first message. */
    int listener;
    int signals;
};

/* What is waited for, in this order. */
enum { AT_SIGNALS, AT_LISTENER, AT_CLIENT, AT_DOORBELL, AT_RESET, PLACES };

static void hang_up(struct bridge *bridge)
{
    connection_end(&bridge->connection);
    device_disconnect(&bridge->device);
    bridge->owes_answer = false;
}

static void accept_client(struct bridge *bridge)
{
    const int client = accept4(bridge->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client >= 0) {
        connection_begin(&bridge->connection, client);
        protocol_begin(&bridge->protocol, &bridge->device);
        bridge->deadline = deadline_after(AGREE_MS);
    } else if (errno == EMFILE || errno == ENFILE) {
        deadline_sleep_us(FULL_US);
    }
}

static void answer_client(struct bridge *bridge, int error)
{
    connection_answer(&bridge->connection, error, error == 0 ? bridge->protocol.payload_bytes : 0);
    connection_next(&bridge->connection);
    if (connection_send(&bridge->connection) == CONNECTION_ENDED) {
        hang_up(bridge);
    }
}

/* A machine's reset: a board that has served anything begins anew. The answer comes when it is ready. */
static void reset_board(struct bridge *bridge)
{
    const int closed[] = {bridge->listener, bridge->connection.socket, bridge->link.doorbell};
    if (bridge->reset.child == 0) {
        if (!board_link_is_alive(&bridge->link) || board_link_is_fresh(&bridge->link)) {
            answer_client(bridge, 0);
            return;
        }
        if (!board_reset_begin(&bridge->reset, bridge->link.directory, closed,
                               sizeof closed / sizeof closed[0])) {
            answer_client(bridge, errno);
            return;
        }
    }
    bridge->owes_answer = true;
    bridge->deadline = deadline_after(RESET_ANSWER_MS);
}

static void finish_reset(struct bridge *bridge)
{
    const bool done = board_reset_finish(&bridge->reset);
    if (bridge->owes_answer) {
        bridge->owes_answer = false;
        answer_client(bridge, done ? 0 : EIO);
    }
}

/* Does what a message asks for. @return false when the client is not to be listened to for now */
static bool handle_message(struct bridge *bridge)
{
    switch (protocol_handle(&bridge->protocol, &bridge->connection.message,
                            connection_payload(&bridge->connection))) {
    case PROTOCOL_ANSWER:
        answer_client(bridge, bridge->protocol.error);
        break;
    case PROTOCOL_RESET:
        reset_board(bridge);
        break;
    default:
        hang_up(bridge);
        break;
    }
    return bridge->connection.socket >= 0 && !bridge->owes_answer &&
           !connection_is_sending(&bridge->connection);
}

static void serve_client(struct bridge *bridge)
{
    enum connection_result result = CONNECTION_DONE;
    if (connection_is_sending(&bridge->connection)) {
        if (connection_send(&bridge->connection) == CONNECTION_ENDED) {
            hang_up(bridge);
        }
        return;
    }
    for (int i = 0; i < ROUND_MESSAGES && result == CONNECTION_DONE; i++) {
        result = connection_receive(&bridge->connection);
        if (result == CONNECTION_ENDED) {
            hang_up(bridge);
        } else if (result == CONNECTION_DONE && !handle_message(bridge)) {
            return;
        }
    }
}

/* Whether the client has a deadline that has not been met. */
static bool has_deadline(const struct bridge *bridge)
{
    return bridge->owes_answer || (bridge->connection.socket >= 0 && !bridge->protocol.is_agreed);
}

static void expire(struct bridge *bridge)
{
    if (!has_deadline(bridge) || deadline_left_ms(bridge->deadline) > 0) {
        return;
    }
    if (bridge->owes_answer) {
        bridge->owes_answer = false;
        answer_client(bridge, 0);
    } else {
        hang_up(bridge);
    }
}

static int wait_ms(const struct bridge *bridge)
{
    const int mailbox = mailbox_port_wait_ms(&bridge->device.mailbox);
    const int client = has_deadline(bridge) ? deadline_left_ms(bridge->deadline) : -1;
    return mailbox < 0 || (client >= 0 && client < mailbox) ? client : mailbox;
}

/* Which of the client's events matter: while an answer is owed, only that it goes. */
static short client_events(const struct bridge *bridge)
{
    if (bridge->owes_answer) {
        return POLLRDHUP;
    }
    return connection_is_sending(&bridge->connection) ? POLLOUT : POLLIN;
}

/* One round. @return false when it is to end */
static bool serve_once(struct bridge *bridge)
{
    const bool is_connected = bridge->connection.socket >= 0;
    struct pollfd polled[PLACES] = {
        [AT_SIGNALS] = {.fd = bridge->signals, .events = POLLIN},
        [AT_LISTENER] = {.fd = is_connected ? -1 : bridge->listener, .events = POLLIN},
        [AT_CLIENT] = {.fd = bridge->connection.socket, .events = client_events(bridge)},
        [AT_DOORBELL] = {.fd = bridge->link.doorbell, .events = POLLIN},
        [AT_RESET] = {.fd = bridge->reset.ended, .events = POLLIN},
    };
    if (poll(polled, PLACES, wait_ms(bridge)) < 0) {
        return errno == EINTR;
    }
    if (polled[AT_SIGNALS].revents != 0) {
        errno = 0;
        return false;
    }
    mailbox_port_work(&bridge->device.mailbox);
    if (polled[AT_RESET].revents != 0) {
        finish_reset(bridge);
    }
    if (polled[AT_CLIENT].revents != 0 && bridge->owes_answer) {
        hang_up(bridge);
    } else if (polled[AT_CLIENT].revents != 0 && bridge->connection.socket >= 0) {
        serve_client(bridge);
    }
    if (polled[AT_LISTENER].revents != 0) {
        accept_client(bridge);
    }
    expire(bridge);
    return true;
}

enum board_result bridge_serve(const char *directory, int listener, int signals,
                               struct board *board)
{
    static struct bridge bridge;
    bridge = (struct bridge){.connection = {.socket = -1},
                             .reset = BOARD_RESET_NONE,
                             .listener = listener,
                             .signals = signals};
    enum board_result result = board_link_open(&bridge.link, board, directory);
    if (result != BOARD_OK) {
        return result;
    }
    device_begin(&bridge.device, &bridge.link);
    while (serve_once(&bridge)) {
    }
    if (errno != 0) {
        result = board_fail(board, BOARD_FAILED, "cannot wait for requests: %s", strerror(errno));
    }
    hang_up(&bridge);
    board_reset_forget(&bridge.reset);
    board_link_close(&bridge.link);
    return result;
}
