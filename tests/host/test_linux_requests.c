/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket for requests to a Linux guest: whom it serves, whose name it takes and removes, and what is
 * sent there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/unix_socket.h"
#include "host/linux/guest.h"
#include "host/linux/request_client.h"
#include "host/linux/requests.h"

static struct guest_options options;
static struct guest *guest;
static struct requests requests;
static char directory[] = "/tmp/virtasp-requests-XXXXXX";
static char path[sizeof directory + 16];

static int set_up(void **state)
{
    (void)state;
    (void)memcpy(strrchr(directory, '-') + 1, "XXXXXX", 6);
    assert_non_null(mkdtemp(directory));
    (void)snprintf(path, sizeof path, "%s/control", directory);
    guest = guest_new(&options, "");
    assert_non_null(guest);
    requests = (struct requests)REQUESTS_CLOSED;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    requests_close(&requests);
    free(guest);
    (void)unlink(path);
    return rmdir(directory);
}

static int join(void)
{
    const int client = unix_socket_connect(path, 0);
    assert_true(client >= 0);
    return client;
}

static void a_silent_client_makes_room_for_others(void **state)
{
    (void)state;
    static const char quit[] = "quit\n";
    char answer[16] = "";
    assert_null(requests_open(&requests, path));
    assert_true(requests_deadline(&requests) == INT64_MAX);
    const int silent = join();
    assert_true(requests_serve(&requests, guest));
    const int first = requests_descriptor(&requests);
    const int other = join();
    assert_int_equal(write(silent, "stat", 4), 4); /* not a line */
    assert_true(requests_serve(&requests, guest));
    requests_expire(&requests);
    assert_int_equal(requests_descriptor(&requests), first);
    requests.deadline = 0; /* it has had its time */
    requests_expire(&requests);
    assert_int_equal(read(silent, answer, sizeof answer), 0);
    assert_true(requests_serve(&requests, guest));
    assert_int_equal(write(other, quit, strlen(quit)), strlen(quit));
    assert_true(requests_serve(&requests, guest));
    assert_true(guest->ended);
    assert_true(requests.deadline != 0);
    assert_int_equal(read(other, answer, sizeof answer), 3);
    assert_memory_equal(answer, "ok\n", 3);
    assert_int_equal(close(silent), 0);
    assert_int_equal(close(other), 0);
}

static void a_dead_socket_is_taken_over(void **state)
{
    (void)state;
    assert_null(requests_open(&requests, path));
    assert_int_equal(close(requests.place.listener), 0); /* as a process that is killed leaves it */
    assert_null(requests_open(&requests, path));
    assert_int_equal(close(join()), 0);
}

static void what_others_need_stays(void **state)
{
    (void)state;
    struct requests other = REQUESTS_CLOSED;
    struct stat status;
    assert_null(requests_open(&other, path));
    assert_string_equal(requests_open(&requests, path), "another program listens there");
    assert_int_equal(close(join()), 0);
    requests_close(&other);
    assert_int_equal(lstat(path, &status), -1);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(requests_open(&requests, path), "is there already, and is not a socket");
    assert_int_equal(lstat(path, &status), 0);
}

static void a_name_that_is_anothers_stays(void **state)
{
    (void)state;
    struct requests other = REQUESTS_CLOSED;
    assert_null(requests_open(&other, path));
    assert_int_equal(unlink(path), 0);
    assert_null(requests_open(&requests, path));
    requests_close(&other);
    assert_int_equal(close(join()), 0);
}

static void files_are_of_the_clients_directory(void **state)
{
    (void)state;
    char text[REQUEST_LINE_BYTES];
    char expected[REQUEST_LINE_BYTES];
    char long_line[REQUEST_LINE_BYTES];
    char here[PATH_MAX];
    assert_non_null(getcwd(here, sizeof here));
    (void)snprintf(expected, sizeof expected, "snapshot %s/asleep\n", here);
    assert_true(request_line("snapshot asleep", text));
    assert_string_equal(text, expected);
    (void)snprintf(expected, sizeof expected, "migrate %s/../other chip\n", here);
    assert_true(request_line("migrate ../other chip", text));
    assert_string_equal(text, expected);
    assert_true(request_line("snapshot /asleep", text));
    assert_string_equal(text, "snapshot /asleep\n");
    assert_true(request_line("find snapshot x", text));
    assert_string_equal(text, "find snapshot x\n");
    assert_true(request_line("snapshot ", text));
    assert_string_equal(text, "snapshot \n"); /* which is answered */
    assert_false(request_line("status\nquit", text));
    memset(long_line, 'a', sizeof long_line - 1);
    long_line[sizeof long_line - 1] = '\0';
    assert_false(request_line(long_line, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_silent_client_makes_room_for_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_dead_socket_is_taken_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_others_need_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_name_that_is_anothers_stays, set_up, tear_down),
        cmocka_unit_test(files_are_of_the_clients_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
