/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a client's messages do, and their answers.
 */
#ifndef HOST_BRIDGE_PROTOCOL_H
#define HOST_BRIDGE_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

#include "host/bridge/connection.h"
#include "host/bridge/device.h"

/** What a message has come to. */
enum protocol_outcome {
    PROTOCOL_ANSWER, /**< ERROR and PAYLOAD_BYTES are the answer. */
    PROTOCOL_RESET,  /**< The machine is reset: the answer comes when the board is ready. */
    PROTOCOL_END,    /**< Nothing can be agreed upon: to be hung up on. */
};

struct protocol {
    struct device *device;
    bool is_agreed; /**< On a version. */
    int error;      /**< errno of the answer, or 0. */
    size_t payload_bytes;
};

/** A new client. */
void protocol_begin(struct protocol *protocol, struct device *device);

/**
 * Does what one message asks for. A message that is not as it should be changes nothing.
 *
 * @param message       descriptors that are kept are replaced by -1
 * @param[out] payload  VFIO_USER_PAYLOAD_MAX bytes for the answer
 */
enum protocol_outcome protocol_handle(struct protocol *protocol, struct vfio_user_message *message,
                                      uint8_t *payload);

#endif
