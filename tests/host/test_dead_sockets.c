/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board that is killed leaves its sockets' names: they go with it, and nothing else does.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/dead_board.h"
#include "host/lib/runner.h"
#include "tests/host/one_chip.h"

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path));
    const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (const void *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    return listener;
}

/* As a process leaves it that does not come to tidy up. */
static void leave_socket(const char *name)
{
    assert_int_equal(close(listen_at(one_chip_path(name))), 0);
}

static bool is_there(const char *name)
{
    return faccessat(AT_FDCWD, one_chip_path(name), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void kill_board(void)
{
    assert_int_equal(kill(chip.board.pid, SIGKILL), 0);
    assert_true(board_wait_end(&chip.board, ONE_CHIP_END_MS));
}

static void killed_board_leaves_no_sockets(void **state)
{
    (void)state;
    one_chip_start();
    leave_socket("run/qmp.sock");
    assert_true(is_there("run/doorbell")); /* a link to the listener's name */
    kill_board();
    assert_false(is_there("run/qmp.sock"));
    assert_true(is_there("run/doorbell")); /* what was passed on is not the board's */
    assert_true(is_there("doorbell"));
}

static void socket_that_is_served_stays(void **state)
{
    (void)state;
    one_chip_start();
    const int listener = listen_at(one_chip_path("run/qmp.sock"));
    kill_board();
    assert_true(is_there("run/qmp.sock"));
    assert_int_equal(close(listener), 0);
}

static void dead_socket_goes_with_the_link_to_it(void **state)
{
    (void)state;
    leave_socket("dram");
    char target[PATH_MAX];
    (void)snprintf(target, sizeof target, "%s", one_chip_path("dram"));
    assert_int_equal(symlink(target, one_chip_path("fabric")), 0);
    dead_board_remove_socket(one_chip_path("fabric"));
    assert_false(is_there("fabric"));
    assert_false(is_there("dram"));
    /* The same of a link to nothing, but not of one to something else. */
    assert_int_equal(symlink(target, one_chip_path("fabric")), 0);
    dead_board_remove_socket(one_chip_path("fabric"));
    assert_false(is_there("fabric"));
    support_write_file(target, "memory", 0600);
    assert_int_equal(symlink(target, one_chip_path("fabric")), 0);
    dead_board_remove_socket(one_chip_path("fabric"));
    assert_true(is_there("fabric"));
    assert_true(is_there("dram"));
    dead_board_remove_socket(target);
    assert_true(is_there("dram"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE_CHIP_TEST(killed_board_leaves_no_sockets),
        ONE_CHIP_TEST(socket_that_is_served_stays),
        ONE_CHIP_TEST(dead_socket_goes_with_the_link_to_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
