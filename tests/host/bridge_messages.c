/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client without a socket (bridge_messages.h).
 */
#include "tests/host/bridge_messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/bridge_board.h"

struct bridge_client client;

enum protocol_outcome bridge_client_send(uint16_t command, const void *bytes, size_t length)
{
    client.message.header = (struct vfio_user_header){.command = command};
    client.message.payload_bytes = length;
    memcpy(client.message.payload, bytes, length);
    return protocol_handle(&client.protocol, &client.message, client.payload);
}

int bridge_client_ask(uint16_t command, const void *bytes, size_t length)
{
    assert_int_equal(bridge_client_send(command, bytes, length), PROTOCOL_ANSWER);
    return client.protocol.error;
}

void bridge_client_give(int descriptor)
{
    client.message.fds[client.message.fd_count++] = descriptor;
}

int bridge_client_set_up(void **state)
{
    const int result = bridge_board_set_up(state);
    memset(&client, 0, sizeof client);
    protocol_begin(&client.protocol, &fake.device);
    return result;
}

int bridge_client_set_up_agreed(void **state)
{
    const int result = bridge_client_set_up(state);
    const struct vfio_user_version version = {.major = 0, .minor = 0};
    assert_int_equal(bridge_client_ask(VFIO_USER_VERSION, &version, sizeof version), 0);
    return result;
}
