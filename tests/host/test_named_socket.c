/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets at a name that a user gives: of several programs that begin at one moment, each of which may
 * replace a dead socket, one gets the name, and keeps it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/board_path.h"
#include "host/lib/named_socket.h"
#include "host/lib/unix_socket.h"
#include "tests/host/support.h"

#define PROGRAMS 4u
#define ROUNDS 200u

static char directory[PATH_MAX]; /* Is locked: the names are in its run. */
static char run[PATH_MAX];
static char path[PATH_MAX];

/* As a program leaves it that does not come to tidy up. */
static void leave_dead_socket(void)
{
    struct named_socket place;
    assert_null(named_socket_listen(path, &place));
    assert_int_equal(close(place.listener), 0);
}

/* One of the programs: begins when START is closed, and ends when END is. */
static void begin(int start, int told, int end)
{
    struct named_socket place;
    char byte;
    (void)!read(start, &byte, sizeof byte);
    const char *why = named_socket_listen(path, &place);
    byte = (char)(why == NULL                                         ? 'y'
                  : strcmp(why, "another program listens there") == 0 ? 'n'
                                                                      : '?');
    (void)!write(told, &byte, sizeof byte);
    (void)!read(end, &byte, sizeof byte);
    _exit(0);
}

static void of_programs_that_begin_at_once_one_gets_the_name(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        int start[2];
        int told[2];
        int end[2];
        unsigned got = 0;
        leave_dead_socket();
        assert_int_equal(pipe(start) + pipe(told) + pipe(end), 0);
        for (unsigned i = 0; i < PROGRAMS; i++) {
            const pid_t child = fork();
            assert_true(child >= 0);
            if (child == 0) {
                (void)close(start[1]);
                (void)close(end[1]);
                begin(start[0], told[1], end[0]);
            }
        }
        assert_int_equal(close(start[0]) + close(start[1]), 0);
        assert_int_equal(close(told[1]), 0);
        for (unsigned i = 0; i < PROGRAMS; i++) {
            char byte;
            assert_int_equal(read(told[0], &byte, sizeof byte), 1);
            assert_true(byte == 'y' || byte == 'n');
            got += byte == 'y' ? 1 : 0;
        }
        const int client = unix_socket_connect(path, 0);
        assert_int_equal(close(told[0]) + close(end[0]) + close(end[1]), 0);
        for (unsigned i = 0; i < PROGRAMS; i++) {
            assert_true(wait(NULL) > 0);
        }
        assert_int_equal(got, 1);
        assert_true(client >= 0);
        assert_int_equal(close(client), 0);
    }
    assert_int_equal(unlink(path), 0);
}

/* Nothing of the directory's lock is left, and a name without a directory is one of this one's. */
static void a_name_is_free_again(void **state)
{
    struct named_socket place;
    (void)state;
    assert_int_equal(chdir(run), 0);
    for (int i = 0; i < 3; i++) {
        const char *name = i % 2 == 0 ? "socket" : "./socket";
        assert_null(named_socket_listen(name, &place));
        assert_string_equal(named_socket_listen(path, &place), "another program listens there");
        named_socket_close(name, &place);
        assert_int_equal(access(path, F_OK), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_programs_that_begin_at_once_one_gets_the_name),
        cmocka_unit_test(a_name_is_free_again),
    };
    support_make_directory(directory);
    if (!board_path(run, directory, "run") || !board_path(path, run, "socket") ||
        mkdir(run, S_IRWXU) != 0) {
        return 1;
    }
    const int result = cmocka_run_group_tests_name("named socket", tests, NULL, NULL);
    support_remove_directory(directory);
    return result;
}
