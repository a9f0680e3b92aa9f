/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bridge at its socket, in a process of its own: clients one after the other, good ones and bad
 * ones, none of which harms the next.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/bridge/bridge.h"
#include "host/bridge/vfio_user.h"
#include "host/lib/deadline.h"
#include "host/lib/fabric.h"
#include "host/lib/unix_socket.h"
#include "tests/host/bridge_board.h"

#define LIMIT_MS 20000

static char path[PATH_MAX];
static pid_t server;
static int client = -1;

/* What the process does. */
static void serve(int listener)
{
    struct board board = BOARD_CLOSED;
    sigset_t ends;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &ends, NULL);
    const int signals = signalfd(-1, &ends, SFD_CLOEXEC);
    _exit(bridge_serve(fake.directory, listener, signals, &board));
}

static int set_up(void **state)
{
    struct board board = BOARD_CLOSED;
    int listener;
    const int result = bridge_board_set_up(state);
    assert_true(board_path(path, fake.directory, "bridge"));
    assert_int_equal(bridge_listen(path, &listener, &board), BOARD_OK);
    server = fork();
    if (server == 0) {
        serve(listener);
    }
    (void)close(listener);
    return result;
}

static void hang_up(void)
{
    if (client >= 0) {
        (void)close(client);
    }
    client = -1;
}

static int tear_down(void **state)
{
    int status;
    hang_up();
    assert_int_equal(kill(server, SIGTERM), 0);
    assert_int_equal(waitpid(server, &status, 0), server);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), BOARD_OK);
    assert_int_equal(unlink(path), 0);
    return bridge_board_tear_down(state);
}

static void send_bytes(const void *bytes, size_t length)
{
    assert_int_equal(send(client, bytes, length, MSG_NOSIGNAL), length);
}

/* Sends a message, with descriptors. */
static void send_message(uint16_t command, uint32_t flags, const void *bytes, size_t length,
                         const int *fds, size_t count)
{
    uint8_t message[128];
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(64 * sizeof(int))];
    const struct vfio_user_header header = {.id = 0x1234,
                                            .command = command,
                                            .size = (uint32_t)(sizeof header + length),
                                            .flags = flags};
    memcpy(message, &header, sizeof header);
    memcpy(message + sizeof header, bytes, length);
    struct iovec vector = {.iov_base = message, .iov_len = sizeof header + length};
    struct msghdr sent = {.msg_iov = &vector, .msg_iovlen = 1};
    if (count > 0) {
        sent.msg_control = control;
        sent.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *part = CMSG_FIRSTHDR(&sent);
        *part = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
                                 .cmsg_type = SCM_RIGHTS,
                                 .cmsg_len = CMSG_LEN(count * sizeof(int))};
        memcpy(CMSG_DATA(part), fds, count * sizeof(int));
    }
    assert_int_equal(sendmsg(client, &sent, MSG_NOSIGNAL), vector.iov_len);
}

static bool is_readable(void)
{
    struct pollfd event = {.fd = client, .events = POLLIN};
    return poll(&event, 1, LIMIT_MS) == 1;
}

/* Receives all of an answer. @return its errno */
static uint32_t receive(uint16_t command, void *bytes, size_t length)
{
    struct vfio_user_header header;
    assert_true(is_readable());
    assert_int_equal(recv(client, &header, sizeof header, MSG_WAITALL), sizeof header);
    assert_int_equal(header.id, 0x1234);
    assert_int_equal(header.command, command);
    if ((header.flags & VFIO_USER_ERROR) != 0) {
        assert_int_equal(header.size, sizeof header);
        return header.error;
    }
    uint8_t rest[VFIO_USER_PAYLOAD_MAX];
    const size_t bytes_left = header.size - sizeof header;
    assert_in_range(bytes_left, length, sizeof rest);
    assert_true(bytes_left == 0 ||
                recv(client, rest, bytes_left, MSG_WAITALL) == (ssize_t)bytes_left);
    if (length > 0) {
        memcpy(bytes, rest, length);
    }
    return 0;
}

static void dial(void)
{
    hang_up();
    client = unix_socket_connect(path, LIMIT_MS);
    assert_true(client >= 0);
    assert_int_equal(fcntl(client, F_SETFL, 0), 0);
}

static void begin(void)
{
    struct vfio_user_version version = {.major = 0};
    dial();
    send_message(VFIO_USER_VERSION, 0, &version, sizeof version, NULL, 0);
    assert_int_equal(receive(VFIO_USER_VERSION, &version, sizeof version), 0);
}

/* The bridge answers whoever is connected. */
static void assert_served(void)
{
    struct vfio_user_device_info info = {.argsz = sizeof info};
    send_message(VFIO_USER_DEVICE_GET_INFO, 0, &info, sizeof info, NULL, 0);
    assert_int_equal(receive(VFIO_USER_DEVICE_GET_INFO, &info, sizeof info), 0);
    assert_int_equal(info.regions, VFIO_PCI_NUM_REGIONS);
}

/* The bridge hangs up on the client, and serves the next. */
static void assert_refused(void)
{
    uint8_t byte;
    assert_true(is_readable());
    assert_true(recv(client, &byte, 1, 0) <= 0);
    begin();
    assert_served();
}

static unsigned descriptors(void)
{
    char name[64];
    unsigned count = 0;
    (void)snprintf(name, sizeof name, "/proc/%d/fd", (int)server);
    DIR *directory = opendir(name);
    assert_non_null(directory);
    while (readdir(directory) != NULL) {
        count++;
    }
    (void)closedir(directory);
    return count;
}

static void clients_are_served_one_after_the_other(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        begin();
        assert_served();
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
    begin();
    for (size_t i = 0; i < sizeof message; i++) {
        send_bytes((const uint8_t *)&message + i, 1);
    }
    assert_int_equal(receive(VFIO_USER_DEVICE_GET_INFO, &info, sizeof info), 0);
    memcpy(twice, &message, sizeof message);
    memcpy(twice + sizeof message, &message, sizeof message);
    send_bytes(twice, sizeof twice);
    assert_int_equal(receive(VFIO_USER_DEVICE_GET_INFO, &info, sizeof info), 0);
    assert_int_equal(receive(VFIO_USER_DEVICE_GET_INFO, &info, sizeof info), 0);
}

static void who_wants_no_answer_gets_none(void **state)
{
    const uint8_t zeros[32] = {0};
    (void)state;
    begin();
    send_message(VFIO_USER_DMA_MAP, VFIO_USER_NO_REPLY, zeros, sizeof zeros, NULL, 0);
    assert_served(); /* the next answer is to the next message */
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
    begin();
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        send_bytes(&headers[i], sizeof headers[i]);
        assert_refused();
    }
    dial();
    send_message(VFIO_USER_DEVICE_RESET, 0, "", 0, NULL, 0); /* before the version */
    assert_refused();
}

static void a_client_that_goes_in_a_message_leaves_nothing(void **state)
{
    const int fds[2] = {STDIN_FILENO, STDERR_FILENO};
    const struct vfio_user_header header = {.command = 4, .size = 32};
    (void)state;
    begin();
    assert_served();
    const unsigned before = descriptors();
    send_message(VFIO_USER_DEVICE_GET_INFO, 0, "1234567890", 10, fds, 2);
    send_bytes(&header, 7);
    begin();
    assert_served();
    assert_int_equal(descriptors(), before);
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
    begin();
    assert_served();
    const unsigned before = descriptors();
    send_message(VFIO_USER_DEVICE_GET_INFO, 0, &info, sizeof info, fds, VFIO_USER_FDS_MAX);
    assert_int_equal(receive(VFIO_USER_DEVICE_GET_INFO, &answer, sizeof answer), 0);
    assert_served();
    assert_int_equal(descriptors(), before);
    send_message(VFIO_USER_DEVICE_GET_INFO, 0, &info, sizeof info, fds, VFIO_USER_FDS_MAX + 1);
    assert_refused();
    assert_int_equal(descriptors(), before);
    send_message(VFIO_USER_DEVICE_GET_INFO, 0, &info, sizeof info, fds, 64);
    assert_refused();
    assert_int_equal(descriptors(), before);
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
    begin();
    assert_int_equal(fcntl(client, F_SETFL, O_NONBLOCK), 0);
    for (int i = 0; i < 100000; i++) {
        if (send(client, &message, sizeof message, MSG_NOSIGNAL) != (ssize_t)sizeof message) {
            break;
        }
    }
    begin();
    assert_served();
}

static void a_client_that_says_nothing_gives_way(void **state)
{
    (void)state;
    dial();
    assert_refused();
}

static void a_reset_of_a_fresh_board_is_none(void **state)
{
    (void)state;
    begin();
    send_message(VFIO_USER_DEVICE_RESET, 0, "", 0, NULL, 0);
    assert_int_equal(receive(VFIO_USER_DEVICE_RESET, NULL, 0), 0);
    assert_served();
}

/* The test is no board that could be reset: it has no control socket. */
static void a_board_that_cannot_be_reset_is_told_of(void **state)
{
    (void)state;
    bridge_board_answer(0, false); /* it has served something */
    begin();
    send_message(VFIO_USER_DEVICE_RESET, 0, "", 0, NULL, 0);
    assert_int_equal(receive(VFIO_USER_DEVICE_RESET, NULL, 0), EIO);
    assert_served();
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(clients_are_served_one_after_the_other),
        TEST(a_message_may_come_in_pieces_and_with_others),
        TEST(who_wants_no_answer_gets_none),
        TEST(what_is_no_message_ends_the_client_alone),
        TEST(a_client_that_goes_in_a_message_leaves_nothing),
        TEST(descriptors_that_nobody_wants_are_closed),
        TEST(a_client_that_does_not_listen_blocks_nobody),
        TEST(a_client_that_says_nothing_gives_way),
        TEST(a_reset_of_a_fresh_board_is_none),
        TEST(a_board_that_cannot_be_reset_is_told_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
