/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket of a client (connection.h). The header is read for itself first, so that descriptors are
 * those of the message with whose bytes they came.
 */
#include "host/bridge/connection.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_later(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

void connection_begin(struct connection *connection, int socket)
{
    connection->socket = socket;
    connection->message.fd_count = 0;
    connection->received = 0;
    connection->reply_bytes = 0;
    connection->sent = 0;
}

void connection_next(struct connection *connection)
{
    struct vfio_user_message *message = &connection->message;
    for (size_t i = 0; i < message->fd_count; i++) {
        if (message->fds[i] >= 0) {
            (void)close(message->fds[i]);
        }
    }
    message->fd_count = 0;
    connection->received = 0;
}

void connection_end(struct connection *connection)
{
    if (connection->socket >= 0) {
        connection_next(connection);
        (void)close(connection->socket);
        connection->socket = -1;
        connection->reply_bytes = 0;
        connection->sent = 0;
    }
}

/* Takes over all descriptors. @return whether there is room for them */
static bool take_descriptors(struct vfio_user_message *message, struct msghdr *received)
{
    bool fits = (received->msg_flags & MSG_CTRUNC) == 0;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(received); part != NULL;
         part = CMSG_NXTHDR(received, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(part) + i * sizeof descriptor, sizeof descriptor);
            if (message->fd_count < VFIO_USER_FDS_MAX) {
                message->fds[message->fd_count++] = descriptor;
            } else {
                (void)close(descriptor);
                fits = false;
            }
        }
    }
    return fits;
}

/* Reads up to LENGTH bytes of the message. */
static enum connection_result receive_part(struct connection *connection, void *bytes,
                                           size_t length)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(VFIO_USER_FDS_MAX * sizeof(int))];
    struct iovec vector = {.iov_base = bytes, .iov_len = length};
    struct msghdr part = {
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof control,
    };
    const ssize_t count = recvmsg(connection->socket, &part, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 0) {
        return is_later() ? CONNECTION_LATER : CONNECTION_ENDED;
    }
    if (!take_descriptors(&connection->message, &part) || count == 0) {
        return CONNECTION_ENDED;
    }
    connection->received += (size_t)count;
    return CONNECTION_DONE;
}

/* Whether what says so can be a command. */
static bool is_command(const struct vfio_user_header *header)
{
    return header->size >= sizeof *header && header->size <= VFIO_USER_MESSAGE_MAX &&
           (header->flags & VFIO_USER_TYPE_MASK) == VFIO_USER_TYPE_COMMAND;
}

enum connection_result connection_receive(struct connection *connection)
{
    struct vfio_user_message *message = &connection->message;
    const size_t header_bytes = sizeof message->header;
    for (;;) {
        enum connection_result result;
        if (connection->received < header_bytes) {
            result = receive_part(connection, (uint8_t *)&message->header + connection->received,
                                  header_bytes - connection->received);
        } else {
            if (!is_command(&message->header)) {
                return CONNECTION_ENDED;
            }
            if (connection->received == message->header.size) {
                message->payload_bytes = message->header.size - header_bytes;
                return CONNECTION_DONE;
            }
            result =
                receive_part(connection, message->payload + (connection->received - header_bytes),
                             message->header.size - connection->received);
        }
        if (result != CONNECTION_DONE) {
            return result;
        }
    }
}

void *connection_payload(struct connection *connection)
{
    return connection->reply + sizeof(struct vfio_user_header);
}

void connection_answer(struct connection *connection, int error, size_t payload_bytes)
{
    const struct vfio_user_header *request = &connection->message.header;
    const size_t bytes = sizeof *request + (error == 0 ? payload_bytes : 0);
    const struct vfio_user_header reply = {
        .id = request->id,
        .command = request->command,
        .size = (uint32_t)bytes,
        .flags = VFIO_USER_TYPE_REPLY | (error != 0 ? VFIO_USER_ERROR : 0),
        .error = (uint32_t)error,
    };
    if ((request->flags & VFIO_USER_NO_REPLY) != 0) {
        return;
    }
    memcpy(connection->reply, &reply, sizeof reply);
    connection->reply_bytes = bytes;
    connection->sent = 0;
}

bool connection_is_sending(const struct connection *connection)
{
    return connection->sent < connection->reply_bytes;
}

enum connection_result connection_send(struct connection *connection)
{
    while (connection_is_sending(connection)) {
        const ssize_t count =
            send(connection->socket, connection->reply + connection->sent,
                 connection->reply_bytes - connection->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0) {
            return is_later() ? CONNECTION_LATER : CONNECTION_ENDED;
        }
        connection->sent += (size_t)count;
    }
    connection->reply_bytes = 0;
    connection->sent = 0;
    return CONNECTION_DONE;
}
