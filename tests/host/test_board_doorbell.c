/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The place that a user gives to a board's doorbell: nothing but a socket that nobody listens to is
 * replaced.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/board_places.h"
#include "tests/host/support.h"

static char directory[PATH_MAX];
static struct board board;
static struct board_place place;

/* The name of something in the test's directory, until the next call. */
static const char *name_of(const char *name)
{
    static char text[PATH_MAX + 128];
    (void)snprintf(text, sizeof text, "%s/%s", directory, name);
    return text;
}

static void make_file(const char *name, const char *text)
{
    int descriptor = open(name_of(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
    assert_int_equal(close(descriptor), 0);
}

static void assert_file(const char *name, const char *text)
{
    char found[64] = "";
    int descriptor = open(name_of(name), O_RDONLY | O_CLOEXEC);
    assert_true(descriptor >= 0);
    assert_int_equal(read(descriptor, found, sizeof found - 1), strlen(text));
    assert_string_equal(found, text);
    assert_int_equal(close(descriptor), 0);
}

static void assert_refused(const char *name, const char *reason)
{
    assert_int_equal(board_place_socket(&board, name, &place), BOARD_FAILED);
    if (strstr(board.message, reason) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", board.message, reason);
    }
}

static int set_up(void **state)
{
    (void)state;
    support_make_directory(directory);
    board = (struct board)BOARD_CLOSED;
    memcpy(board.directory, directory, sizeof board.directory);
    return mkdir(name_of("run"), 0700);
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const made[] = {"file", "link", "socket"};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        (void)remove(name_of(made[i]));
    }
    support_remove_directory(directory);
    return 0;
}

static void file_is_not_taken_over(void **state)
{
    (void)state;
    make_file("file", "precious");
    assert_refused(name_of("file"), "is not a socket");
    assert_int_equal(symlink("file", name_of("link")), 0);
    assert_refused(name_of("link"), "is not a socket");
    assert_refused(directory, "is not a socket");
    assert_refused(name_of("run/doorbell"), "makes the files in its run/ itself");
    assert_file("file", "precious");
}

static int listen_at(const char *path, int type)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int descriptor = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(descriptor, (const void *)&address, sizeof address), 0);
    assert_int_equal(type == SOCK_STREAM ? listen(descriptor, 0) : 0, 0);
    return descriptor;
}

static void live_socket_is_not_taken_over(void **state)
{
    (void)state;
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM};
    const char *path = name_of("socket");
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        int listener = listen_at(path, types[i]);
        /* More often than its backlog has room for. */
        for (int look = 0; look < 4; look++) {
            assert_refused(path, "another program listens there");
        }
        assert_int_equal(close(listener), 0);
        assert_int_equal(board_place_socket(&board, path, &place), BOARD_OK);
        assert_int_equal(access(path, F_OK), 0); /* nor is it removed by looking */
        assert_int_equal(unlink(path), 0);
    }
}

static void long_name_is_refused(void **state)
{
    (void)state;
    char name[128];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    name[107 - strlen(directory) - 1] = '\0';
    assert_int_equal(strlen(name_of(name)), 107);
    assert_int_equal(board_place_socket(&board, name_of(name), &place), BOARD_OK);
    name[107 - strlen(directory) - 1] = 'x';
    name[107 - strlen(directory)] = '\0';
    assert_int_equal(strlen(name_of(name)), 108);
    assert_refused(name_of(name), "too long for a socket");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(file_is_not_taken_over),
        TEST(live_socket_is_not_taken_over),
        TEST(long_name_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
