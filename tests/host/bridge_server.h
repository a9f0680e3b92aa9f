/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bridge in a process of its own, and a client at its socket.
 */
#ifndef TESTS_HOST_BRIDGE_SERVER_H
#define TESTS_HOST_BRIDGE_SERVER_H

#include <stddef.h>
#include <stdint.h>

#include "host/bridge/vfio_user.h"

extern int bridge_server_client; /**< Its socket, or -1. */

/** A bridge that serves a board that the test plays (bridge_board.h); nobody is connected. */
int bridge_server_set_up(void **state);

/** The bridge ends at SIGTERM as it should. */
int bridge_server_tear_down(void **state);

/** Connects anew. */
void bridge_server_dial(void);

/** Connects anew, and agrees upon the version. */
void bridge_server_begin(void);

/** Sends bytes as they are. */
void bridge_server_send_bytes(const void *bytes, size_t length);

/** Sends a message of up to 100 bytes, with @p count descriptors. */
void bridge_server_send(uint16_t command, uint32_t flags, const void *bytes, size_t length,
                        const int *fds, size_t count);

/** Receives all of an answer, and keeps @p length bytes of its payload. @return its errno */
uint32_t bridge_server_receive(uint16_t command, void *bytes, size_t length);

/** The bridge answers whoever is connected. */
void bridge_server_assert_served(void);

/** The bridge hangs up on the client, and serves the next. */
void bridge_server_assert_refused(void);

/** @return how many descriptors the bridge has */
unsigned bridge_server_descriptors(void);

/** Lets the bridge have as many descriptors at most, or those that it may have usually: 0. */
void bridge_server_limit(unsigned descriptors);

/** @return seconds of the processor's time that the bridge has used */
double bridge_server_seconds(void);

#define BRIDGE_SERVER_TEST(function)                                                               \
    cmocka_unit_test_setup_teardown(function, bridge_server_set_up, bridge_server_tear_down)

#endif
