/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bridge and its client (bridge_server.h).
 */
#include "tests/host/bridge_server.h"

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
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/bridge/bridge.h"
#include "host/bridge/vfio_user.h"
#include "host/lib/deadline.h"
#include "host/lib/fabric.h"
#include "host/lib/named_socket.h"
#include "host/lib/unix_socket.h"
#include "tests/host/bridge_board.h"

#define LIMIT_MS 20000

static char path[PATH_MAX];
static pid_t server;
int bridge_server_client = -1;

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

int bridge_server_set_up(void **state)
{
    struct named_socket place;
    const int result = bridge_board_set_up(state);
    assert_true(board_path(path, fake.directory, "run/bridge"));
    assert_null(named_socket_listen(path, &place));
    server = fork();
    if (server == 0) {
        serve(place.listener);
    }
    (void)close(place.listener);
    return result;
}

static void bridge_server_hang_up(void)
{
    if (bridge_server_client >= 0) {
        (void)close(bridge_server_client);
    }
    bridge_server_client = -1;
}

int bridge_server_tear_down(void **state)
{
    int status;
    bridge_server_hang_up();
    assert_int_equal(kill(server, SIGTERM), 0);
    assert_int_equal(waitpid(server, &status, 0), server);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), BOARD_OK);
    assert_int_equal(unlink(path), 0);
    return bridge_board_tear_down(state);
}

void bridge_server_send_bytes(const void *bytes, size_t length)
{
    assert_int_equal(send(bridge_server_client, bytes, length, MSG_NOSIGNAL), length);
}

/* Sends a message, with descriptors. */
void bridge_server_send(uint16_t command, uint32_t flags, const void *bytes, size_t length,
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
    assert_int_equal(sendmsg(bridge_server_client, &sent, MSG_NOSIGNAL), vector.iov_len);
}

static bool is_readable(void)
{
    struct pollfd event = {.fd = bridge_server_client, .events = POLLIN};
    return poll(&event, 1, LIMIT_MS) == 1;
}

/* Receives all of an answer. @return its errno */
uint32_t bridge_server_receive(uint16_t command, void *bytes, size_t length)
{
    struct vfio_user_header header;
    assert_true(is_readable());
    assert_int_equal(recv(bridge_server_client, &header, sizeof header, MSG_WAITALL),
                     sizeof header);
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
                recv(bridge_server_client, rest, bytes_left, MSG_WAITALL) == (ssize_t)bytes_left);
    if (length > 0) {
        memcpy(bytes, rest, length);
    }
    return 0;
}

void bridge_server_dial(void)
{
    bridge_server_hang_up();
    bridge_server_client = unix_socket_connect(path, LIMIT_MS);
    assert_true(bridge_server_client >= 0);
    assert_int_equal(fcntl(bridge_server_client, F_SETFL, 0), 0);
}

void bridge_server_begin(void)
{
    struct vfio_user_version version = {.major = 0};
    bridge_server_dial();
    bridge_server_send(VFIO_USER_VERSION, 0, &version, sizeof version, NULL, 0);
    assert_int_equal(bridge_server_receive(VFIO_USER_VERSION, &version, sizeof version), 0);
}

/* The bridge answers whoever is connected. */
void bridge_server_assert_served(void)
{
    struct vfio_user_device_info info = {.argsz = sizeof info};
    bridge_server_send(VFIO_USER_DEVICE_GET_INFO, 0, &info, sizeof info, NULL, 0);
    assert_int_equal(bridge_server_receive(VFIO_USER_DEVICE_GET_INFO, &info, sizeof info), 0);
    assert_int_equal(info.regions, VFIO_PCI_NUM_REGIONS);
}

/* The bridge hangs up on the bridge_server_client, and serves the next. */
void bridge_server_assert_refused(void)
{
    uint8_t byte;
    assert_true(is_readable());
    assert_true(recv(bridge_server_client, &byte, 1, 0) <= 0);
    bridge_server_begin();
    bridge_server_assert_served();
}

unsigned bridge_server_descriptors(void)
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

void bridge_server_limit(unsigned descriptors)
{
    struct rlimit usual;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
    const struct rlimit limit = {.rlim_cur = descriptors != 0 ? descriptors : usual.rlim_cur,
                                 .rlim_max = usual.rlim_max};
    assert_int_equal(prlimit(server, RLIMIT_NOFILE, &limit, NULL), 0);
}

double bridge_server_seconds(void)
{
    clockid_t clock;
    struct timespec used;
    assert_int_equal(clock_getcpuclockid(server, &clock), 0);
    assert_int_equal(clock_gettime(clock, &used), 0);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}
