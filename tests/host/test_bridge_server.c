/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bridge at its socket, in a process of its own: clients one after the other, good ones and bad
 * ones, none of which harms the next.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/deadline.h"
#include "tests/host/bridge_board.h"
#include "tests/host/bridge_server.h"

static void clients_are_served_one_after_the_other(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        bridge_server_begin();
        bridge_server_assert_served();
    }
}

static void a_message_may_come_in_pieces_and_with_others(void **state)
{
    const struct {
        struct vfio_user_header header;
        struct vfio_user_device_info info;
    } message = {{.id = 0x1234, .command = VFIO_USER_DEVICE_GET_INFO, .size = sizeof message},
                 {.argsz = sizeof message.info}};
    struct vfio_user_device_info info;
    uint8_t twice[2 * sizeof message];
    (void)state;
    bridge_server_begin();
    for (size_t i = 0; i < sizeof message; i++) {
        bridge_server_send_bytes((const uint8_t *)&message + i, 1);
    }
    assert_int_equal(bridge_server_receive(VFIO_USER_DEVICE_GET_INFO, &info, sizeof info), 0);
    memcpy(twice, &message, sizeof message);
    memcpy(twice + sizeof message, &message, sizeof message);
    bridge_server_send_bytes(twice, sizeof twice);
    assert_int_equal(bridge_server_receive(VFIO_USER_DEVICE_GET_INFO, &info, sizeof info), 0);
    assert_int_equal(bridge_server_receive(VFIO_USER_DEVICE_GET_INFO, &info, sizeof info), 0);
}

static void who_wants_no_answer_gets_none(void **state)
{
    const uint8_t zeros[32] = {0};
    (void)state;
    bridge_server_begin();
    bridge_server_send(VFIO_USER_DMA_MAP, VFIO_USER_NO_REPLY, zeros, sizeof zeros, NULL, 0);
    bridge_server_assert_served(); /* the next answer is to the next message */
}

static void what_is_no_message_ends_the_client_alone(void **state)
{
    static const struct vfio_user_header headers[] = {
        {.command = 4, .size = 15},
        {.command = 4, .size = 0},
        {.command = 4, .size = VFIO_USER_MESSAGE_MAX + 1},
        {.command = 4, .size = UINT32_MAX},
        {.command = 4, .size = 32, .flags = VFIO_USER_TYPE_REPLY},
        {.command = 4, .size = 32, .flags = 0xF},
    };
    (void)state;
    bridge_server_begin();
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        bridge_server_send_bytes(&headers[i], sizeof headers[i]);
        bridge_server_assert_refused();
    }
    bridge_server_dial();
    bridge_server_send(VFIO_USER_DEVICE_RESET, 0, "", 0, NULL, 0); /* before the version */
    bridge_server_assert_refused();
}

static void a_client_that_goes_in_a_message_leaves_nothing(void **state)
{
    const int fds[2] = {STDIN_FILENO, STDERR_FILENO};
    const struct vfio_user_header header = {.command = 4, .size = 32};
    (void)state;
    bridge_server_begin();
    bridge_server_assert_served();
    const unsigned before = bridge_server_descriptors();
    bridge_server_send(VFIO_USER_DEVICE_GET_INFO, 0, "1234567890", 10, fds, 2);
    bridge_server_send_bytes(&header, 7);
    bridge_server_begin();
    bridge_server_assert_served();
    assert_int_equal(bridge_server_descriptors(), before);
}

static void descriptors_that_nobody_wants_are_closed(void **state)
{
    int fds[64];
    const struct vfio_user_device_info info = {.argsz = sizeof info};
    struct vfio_user_device_info answer;
    (void)state;
    for (size_t i = 0; i < 64; i++) {
        fds[i] = STDIN_FILENO;
    }
    bridge_server_begin();
    bridge_server_assert_served();
    const unsigned before = bridge_server_descriptors();
    bridge_server_send(VFIO_USER_DEVICE_GET_INFO, 0, &info, sizeof info, fds, VFIO_USER_FDS_MAX);
    assert_int_equal(bridge_server_receive(VFIO_USER_DEVICE_GET_INFO, &answer, sizeof answer), 0);
    bridge_server_assert_served();
    assert_int_equal(bridge_server_descriptors(), before);
    bridge_server_send(VFIO_USER_DEVICE_GET_INFO, 0, &info, sizeof info, fds,
                       VFIO_USER_FDS_MAX + 1);
    bridge_server_assert_refused();
    assert_int_equal(bridge_server_descriptors(), before);
    bridge_server_send(VFIO_USER_DEVICE_GET_INFO, 0, &info, sizeof info, fds, 64);
    bridge_server_assert_refused();
    assert_int_equal(bridge_server_descriptors(), before);
}

/* More answers than a socket holds: the bridge waits with the rest, and goes on being there. */
static void a_client_that_does_not_listen_blocks_nobody(void **state)
{
    const struct vfio_user_region_access access = {.region = VFIO_PCI_CONFIG_REGION_INDEX,
                                                   .count = VFIO_USER_DATA_MAX};
    const struct {
        struct vfio_user_header header;
        struct vfio_user_region_access access;
    } message = {{.command = VFIO_USER_REGION_READ, .size = sizeof message}, access};
    (void)state;
    bridge_server_begin();
    assert_int_equal(fcntl(bridge_server_client, F_SETFL, O_NONBLOCK), 0);
    for (int i = 0; i < 100000; i++) {
        if (send(bridge_server_client, &message, sizeof message, MSG_NOSIGNAL) !=
            (ssize_t)sizeof message) {
            break;
        }
    }
    bridge_server_begin();
    bridge_server_assert_served();
}

static void a_client_that_says_nothing_gives_way(void **state)
{
    (void)state;
    bridge_server_dial();
    bridge_server_assert_refused();
}

static void a_reset_of_a_fresh_board_is_none(void **state)
{
    (void)state;
    bridge_server_begin();
    bridge_server_send(VFIO_USER_DEVICE_RESET, 0, "", 0, NULL, 0);
    assert_int_equal(bridge_server_receive(VFIO_USER_DEVICE_RESET, NULL, 0), 0);
    bridge_server_assert_served();
}

/* Five is what it waits for in poll(); it has more. Used is next to nothing, not what there is. */
static void a_client_for_whom_there_is_no_room_waits(void **state)
{
    (void)state;
    bridge_server_begin();
    bridge_server_assert_served();
    bridge_server_limit(5);
    bridge_server_dial();
    const double before = bridge_server_seconds();
    deadline_sleep_us(500000);
    assert_true(bridge_server_seconds() - before < 0.02);
    bridge_server_limit(0);
    bridge_server_begin();
    bridge_server_assert_served();
}

/* The test is no board that could be reset: it has no control socket. */
static void a_board_that_cannot_be_reset_is_told_of(void **state)
{
    (void)state;
    bridge_board_answer(0, false); /* it has served something */
    bridge_server_begin();
    bridge_server_send(VFIO_USER_DEVICE_RESET, 0, "", 0, NULL, 0);
    assert_int_equal(bridge_server_receive(VFIO_USER_DEVICE_RESET, NULL, 0), EIO);
    bridge_server_assert_served();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BRIDGE_SERVER_TEST(clients_are_served_one_after_the_other),
        BRIDGE_SERVER_TEST(a_message_may_come_in_pieces_and_with_others),
        BRIDGE_SERVER_TEST(who_wants_no_answer_gets_none),
        BRIDGE_SERVER_TEST(what_is_no_message_ends_the_client_alone),
        BRIDGE_SERVER_TEST(a_client_that_goes_in_a_message_leaves_nothing),
        BRIDGE_SERVER_TEST(descriptors_that_nobody_wants_are_closed),
        BRIDGE_SERVER_TEST(a_client_that_does_not_listen_blocks_nobody),
        BRIDGE_SERVER_TEST(a_client_that_says_nothing_gives_way),
        BRIDGE_SERVER_TEST(a_client_for_whom_there_is_no_room_waits),
        BRIDGE_SERVER_TEST(a_reset_of_a_fresh_board_is_none),
        BRIDGE_SERVER_TEST(a_board_that_cannot_be_reset_is_told_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
