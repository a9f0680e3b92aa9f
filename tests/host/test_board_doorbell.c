/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The place that a user gives to a board's doorbell: nothing but a socket that nobody listens to is
 * replaced.
 */
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
#include "tests/host/places.h"

static struct board_place place;

static void assert_refused(const char *name, const char *reason)
{
    assert_int_equal(board_place_socket(&places.board, name, &place), BOARD_FAILED);
    places_assert_said(reason);
}

static void file_is_not_taken_over(void **state)
{
    (void)state;
    places_make_file("file", "precious", 8);
    assert_refused(places_name("file"), "is not a socket");
    assert_int_equal(symlink("file", places_name("link")), 0);
    assert_refused(places_name("link"), "is not a socket");
    assert_refused(places.directory, "is not a socket");
    assert_refused(places_name("run/doorbell"), "makes the files in its run/ itself");
    places_assert_file(places_name("file"), "precious", 8);
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
    const char *path = places_name("socket");
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        int listener = listen_at(path, types[i]);
        /* More often than its backlog has room for. */
        for (int look = 0; look < 4; look++) {
            assert_refused(path, "another program listens there");
        }
        assert_int_equal(close(listener), 0);
        assert_int_equal(board_place_socket(&places.board, path, &place), BOARD_OK);
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
    name[107 - strlen(places.directory) - 1] = '\0';
    assert_int_equal(strlen(places_name(name)), 107);
    assert_int_equal(board_place_socket(&places.board, places_name(name), &place), BOARD_OK);
    name[107 - strlen(places.directory) - 1] = 'x';
    name[107 - strlen(places.directory)] = '\0';
    assert_int_equal(strlen(places_name(name)), 108);
    assert_refused(places_name(name), "too long for a socket");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACES_TEST(file_is_not_taken_over),
        PLACES_TEST(live_socket_is_not_taken_over),
        PLACES_TEST(long_name_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
