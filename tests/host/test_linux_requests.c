/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket for requests to a Linux guest: whom it serves, whose name it takes and removes, what is sent
 * there, and what is answered.
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
#include "host/linux/progress.h"
#include "host/linux/request_client.h"
#include "host/linux/request_table.h"
#include "host/linux/requests.h"
#include "tests/host/linux_stage.h"

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
    char answer[64] = "";
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
    assert_in_range(read(other, answer, sizeof answer - 1), 3, sizeof answer - 1);
    assert_string_equal(answer, "ok it is switched off\n");
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

/* @return all that is answered */
static const char *ask(const char *line)
{
    static char answer[4096];
    const int client = join();
    assert_true(requests_serve(&requests, guest));
    assert_int_equal(write(client, line, strlen(line)), strlen(line));
    assert_true(requests_serve(&requests, guest));
    const ssize_t got = read(client, answer, sizeof answer - 1);
    assert_true(got > 0);
    answer[got] = '\0';
    assert_int_equal(close(client), 0);
    assert_true(requests_serve(&requests, guest)); /* which hangs up */
    return answer;
}

static void every_request_is_listed(void **state)
{
    (void)state;
    assert_null(requests_open(&requests, path));
    const char *at = ask("help\n");
    for (size_t i = 0; i < request_count; i++) {
        assert_memory_equal(at, "  ", 2);
        assert_memory_equal(at + 2, request_table[i].name, strlen(request_table[i].name));
        assert_ptr_equal(strstr(at, request_table[i].what) + strlen(request_table[i].what),
                         strchr(at, '\n'));
        at = strchr(at, '\n') + 1;
    }
    assert_string_equal(at, "ok\n");
}

static void what_is_malformed_is_told_what_is_right(void **state)
{
    (void)state;
    assert_null(requests_open(&requests, path));
    const char *unknown = ask("reboot\n");
    assert_memory_equal(unknown, "error: there is no request 'reboot'", 35);
    for (size_t i = 0; i < request_count; i++) {
        assert_non_null(strstr(unknown, request_table[i].name));
    }
    assert_memory_equal(ask("find\n"), "error: it is 'find TEXT': ", 26);
    assert_memory_equal(ask("migrate \n"), "error: it is 'migrate CHIP': ", 29);
    assert_memory_equal(ask("quit now\n"), "error: it is 'quit': ", 21);
    assert_false(guest->ended);
}

static int set_up_with_memory(void **state)
{
    (void)linux_stage_set_up(state);
    (void)set_up(state);
    guest->controller = linux_stage.controller;
    return 0;
}

static int tear_down_with_memory(void **state)
{
    return tear_down(state) + linux_stage_tear_down(state);
}

static void a_flipped_bit_is_told(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "x", "-1", "0x1000000x", " 1", "99999999999999999999999999", "0x200000"};
    char line[64];
    char expected[64];
    assert_null(requests_open(&requests, path));
    linux_stage.memory[LINUX_STAGE_PAGE + 0x123] = 0x5a;
    (void)snprintf(line, sizeof line, "flip %#llx\n", LINUX_STAGE_PAGE + 0x123ULL);
    (void)snprintf(expected, sizeof expected, "ok %#llx, a private page: ciphertext 5a is 5b now; ",
                   LINUX_STAGE_PAGE + 0x123ULL);
    const char *answer = ask(line);
    assert_memory_equal(answer, expected, strlen(expected));
    (void)snprintf(expected, sizeof expected, "the 16 bytes at %#llx\n",
                   LINUX_STAGE_PAGE + 0x120ULL);
    assert_non_null(strstr(answer, expected));
    assert_int_equal(linux_stage.memory[LINUX_STAGE_PAGE + 0x123], 0x5b);
    linux_stage_share(LINUX_STAGE_PAGE, true);
    assert_non_null(strstr(ask(line), "a shared page: 5b is 5a now"));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        (void)snprintf(line, sizeof line, "flip %s\n", wrong[i]);
        assert_non_null(strstr(ask(line), "is no address of the guest's memory"));
    }
}

static char heard[256];

static void listen_to(void *context, const char *line)
{
    (void)context;
    (void)snprintf(heard, sizeof heard, "%s", line);
}

static void who_waits_is_told_how_far_it_is(void **state)
{
    (void)state;
    struct progress progress = {.listener = listen_to, .name = "migrate"};
    progress_expect(&progress, 100 * MAP_MIB);
    progress_moved(&progress, 30 * MAP_MIB);
    assert_string_equal(heard, ""); /* it has just begun */
    progress.told -= 60 * 1000000LL;
    progress_moved(&progress, 12 * MAP_MIB);
    assert_string_equal(heard, "42 of 100 MiB");
    progress_step(&progress, "pass 1", 1500000, "%d MiB", 42);
    assert_string_equal(heard, "pass 1, 1.50 s: 42 MiB");
    progress.listener = NULL;
    progress_step(&progress, "pass 2", -1, "nobody listens");
    assert_string_equal(heard, "pass 1, 1.50 s: 42 MiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_silent_client_makes_room_for_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_dead_socket_is_taken_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_others_need_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_name_that_is_anothers_stays, set_up, tear_down),
        cmocka_unit_test(files_are_of_the_clients_directory),
        cmocka_unit_test_setup_teardown(every_request_is_listed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_malformed_is_told_what_is_right, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_flipped_bit_is_told, set_up_with_memory,
                                        tear_down_with_memory),
        cmocka_unit_test(who_waits_is_told_how_far_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
