/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the bridge's messages start from: a client whose messages are handled without a
 * socket, by a device in front of a board that the test plays.
 */
#ifndef TESTS_HOST_BRIDGE_MESSAGES_H
#define TESTS_HOST_BRIDGE_MESSAGES_H

#include <stddef.h>
#include <stdint.h>

#include "host/bridge/protocol.h"

extern struct bridge_client {
    struct protocol protocol;
    struct vfio_user_message message; /**< Descriptors that it has go with each message. */
    _Alignas(8) uint8_t payload[VFIO_USER_PAYLOAD_MAX]; /**< Of the last answer. */
} client;

/** A client that has sent nothing yet. */
int bridge_client_set_up(void **state);

/** A client that has agreed upon the version. */
int bridge_client_set_up_agreed(void **state);

/** Handles a message with that payload. */
enum protocol_outcome bridge_client_send(uint16_t command, const void *bytes, size_t length);

/** The same; the message must have an answer. @return its errno */
int bridge_client_ask(uint16_t command, const void *bytes, size_t length);

/** Puts a descriptor into the messages to come. */
void bridge_client_give(int descriptor);

#endif
