/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket of a client: whole messages, with the descriptors that come along, without ever waiting.
 */
#ifndef HOST_BRIDGE_CONNECTION_H
#define HOST_BRIDGE_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/bridge/vfio_user.h"

/** A message and what came with it. */
struct vfio_user_message {
    struct vfio_user_header header;
    _Alignas(8) uint8_t payload[VFIO_USER_PAYLOAD_MAX];
    size_t payload_bytes;
    int fds[VFIO_USER_FDS_MAX]; /**< -1 where somebody has taken one. */
    size_t fd_count;
};

struct connection {
    int socket; /**< -1 when nobody is connected. */
    struct vfio_user_message message;
    size_t received; /**< Bytes of it, header included. */
    _Alignas(8) uint8_t reply[VFIO_USER_MESSAGE_MAX];
    size_t reply_bytes;
    size_t sent; /**< Of the reply. */
};

/** What has become of a call. */
enum connection_result {
    CONNECTION_DONE,  /**< A whole message is there; all of the reply is on its way. */
    CONNECTION_LATER, /**< To be called again once the socket is ready. */
    CONNECTION_ENDED, /**< The client is gone, or sent what is no message: to be hung up on. */
};

/** Begins with a socket that does not block; it is the connection's from now on. */
void connection_begin(struct connection *connection, int socket);

/** Hangs up, and closes what is left of a message. Does nothing when nobody is connected. */
void connection_end(struct connection *connection);

/**
 * Reads as much of a message as there is.
 *
 * @return CONNECTION_DONE: it stays until connection_next()
 */
enum connection_result connection_receive(struct connection *connection)
    __attribute__((warn_unused_result));

/** Closes the descriptors of the message that nobody has taken, and makes room for the next. */
void connection_next(struct connection *connection);

/**
 * Answers the message that is there.
 *
 * @param error          errno, or 0: then the payload follows
 * @param payload_bytes  of what the caller has put into connection_payload()
 */
void connection_answer(struct connection *connection, int error, size_t payload_bytes);

/** @return where the payload of the reply is made, VFIO_USER_PAYLOAD_MAX */
void *connection_payload(struct connection *connection);

/** @return whether part of a reply waits for room in the socket */
bool connection_is_sending(const struct connection *connection);

/** Sends what there is room for. */
enum connection_result connection_send(struct connection *connection)
    __attribute__((warn_unused_result));

#endif
