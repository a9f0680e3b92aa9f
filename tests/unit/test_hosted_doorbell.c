/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorbell of the Linux board: over a socket it neither loses a byte nor blocks, and without
 * one a test plays the x86 side.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "abi/mailbox.h"
#include "hal/doorbell.h"
#include "hal/hosted/hosted.h"
#include "hal/timer.h"

static char directory[sizeof("/tmp/virtasp-test-XXXXXX")];
static char socket_path[sizeof(directory) + sizeof("/doorbell") - 1];

static int new_directory(void **state)
{
    (void)state;
    hosted_reset();
    memcpy(directory, "/tmp/virtasp-test-XXXXXX", sizeof(directory));
    if (mkdtemp(directory) == NULL) {
        return -1;
    }
    memcpy(socket_path, directory, sizeof(directory) - 1);
    memcpy(socket_path + sizeof(directory) - 1, "/doorbell", sizeof("/doorbell"));
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    hosted_reset(); /* Removes the socket, or the directory could not be removed. */
    return rmdir(directory);
}

static bool listen_here(void)
{
    char error[256];
    const struct hosted_files files = {.doorbell = socket_path};

    return hosted_attach_files(&files, error, sizeof(error));
}

static int open_client(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int client = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    memcpy(address.sun_path, socket_path, sizeof(socket_path));
    assert_true(client >= 0);
    assert_int_equal(connect(client, (const struct sockaddr *)&address, sizeof(address)), 0);
    return client;
}

/** A socket of another program, as it is. */
static int listen_as_another(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int other = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memcpy(address.sun_path, socket_path, sizeof(socket_path));
    assert_true(other >= 0);
    assert_int_equal(bind(other, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(other, 1), 0);
    return other;
}

/** Waits at most 10 s, or 50 ms if nothing is expected, and tells whether the wait ended early. */
static bool woken(bool expected)
{
    const uint32_t timeout_ms = expected ? 10000 : 50;
    const uint64_t start = hal_timer_microseconds();

    hal_doorbell_wait(timeout_ms);
    return hal_timer_microseconds() - start < 1000 * (uint64_t)timeout_ms - 2000;
}

static void doorbell_wakes_for_a_byte_until_it_is_drained(void **state)
{
    (void)state;
    assert_true(listen_here());
    assert_false(woken(false)); /* Nobody is there. */
    const int client = open_client();
    assert_false(woken(false)); /* A connection alone is no byte. */
    assert_int_equal(hal_doorbell_drain(), 0);
    assert_int_equal(send(client, "\1\1\1", 3, 0), 3);
    assert_true(woken(true));
    assert_true(woken(true));
    assert_int_equal(hal_doorbell_drain(), 3);
    assert_int_equal(hal_doorbell_drain(), 0);
    assert_false(woken(false));
    assert_int_equal(send(client, "\1", 1, 0), 1);
    assert_int_equal(close(client), 0);
    assert_true(woken(true));
    assert_int_equal(hal_doorbell_drain(), 1); /* Though the client has gone. */
}

static void doorbell_takes_clients_one_after_the_other(void **state)
{
    char byte = 0;

    (void)state;
    assert_true(listen_here());
    const int first = open_client();
    assert_int_equal(send(first, "\1", 1, 0), 1);
    assert_true(woken(true));
    hal_doorbell_drain();
    const int second = open_client();
    assert_int_equal(send(second, "\1", 1, 0), 1);
    assert_false(woken(false)); /* The second waits in the queue. */
    hal_doorbell_ring(DOORBELL_COMPLETE);
    assert_int_equal(recv(second, &byte, 1, 0), -1);
    assert_int_equal(recv(first, &byte, 1, 0), 1);
    assert_int_equal(byte, DOORBELL_COMPLETE);
    assert_int_equal(close(first), 0);
    assert_true(woken(true)); /* For the second's byte. */
    hal_doorbell_ring(DOORBELL_COMPLETE | DOORBELL_INTERRUPT);
    assert_int_equal(recv(second, &byte, 1, 0), 1);
    assert_int_equal(byte, DOORBELL_COMPLETE | DOORBELL_INTERRUPT);
    assert_int_equal(close(second), 0);
}

static void ring_reaches_the_client_that_came_while_a_command_ran(void **state)
{
    char byte = 0;

    (void)state;
    assert_true(listen_here());
    hal_doorbell_ring(1); /* Nobody: dropped. */
    const int first = open_client();
    hal_doorbell_drain();
    assert_int_equal(close(first), 0);
    const int second = open_client();
    hal_doorbell_ring(2);
    assert_int_equal(recv(second, &byte, 1, 0), 1);
    assert_int_equal(byte, 2);
    assert_int_equal(close(second), 0);
    assert_int_equal(hosted_doorbell_rings(), 2);
}

#define RINGS 20000 /* Far more than a stream holds unread; a wait for each would take for ever. */

static void ring_on_a_full_stream_is_forgotten_at_once(void **state)
{
    size_t unread = 0;
    char bytes[64];
    ssize_t got;

    (void)state;
    assert_true(listen_here());
    const int client = open_client();
    const uint64_t start = hal_timer_microseconds();
    for (int i = 0; i < RINGS; i++) {
        hal_doorbell_ring(1);
    }
    assert_true(hal_timer_microseconds() - start < 60000000);
    while ((got = recv(client, bytes, sizeof(bytes), 0)) > 0) {
        unread += (size_t)got;
    }
    assert_in_range(unread, 1, RINGS - 1); /* The stream got full. */
    hal_doorbell_ring(2);                  /* There is room again. */
    assert_int_equal(recv(client, bytes, sizeof(bytes), 0), 1);
    assert_int_equal(bytes[0], 2);
    assert_int_equal(close(client), 0);
}

static int wait_for_power_off(void *unused)
{
    (void)unused;
    hosted_request_power_off();
    hal_doorbell_wait(60000);
    return 0;
}

static void request_to_power_off_ends_a_wait(void **state)
{
    (void)state;
    assert_true(listen_here());
    assert_int_equal(hosted_boot(wait_for_power_off, NULL, NULL), HOSTED_POWER_OFF);
}

static void count_wait(void *calls, uint32_t timeout_ms)
{
    *(uint32_t *)calls += timeout_ms;
}

static void wait_hook_plays_the_x86_side_without_a_socket(void **state)
{
    uint32_t milliseconds = 0;

    (void)state;
    hosted_doorbell_set_wait_hook(count_wait, &milliseconds);
    hal_doorbell_wait(250);
    assert_int_equal(milliseconds, 250);
    hosted_doorbell_set_wait_hook(NULL, NULL);
    assert_true(woken(true)); /* Returns at once. */
    hal_doorbell_ring(3);
    assert_int_equal(hosted_doorbell_rings(), 1);
    assert_int_equal(hosted_doorbell_last(), 3);
}

static void only_a_socket_without_listener_is_replaced(void **state)
{
    int other = listen_as_another();
    int client;

    (void)state;
    assert_false(listen_here());
    client = open_client(); /* The other program is still there. */
    assert_int_equal(close(client), 0);
    assert_int_equal(close(other), 0);
    assert_true(listen_here());
    client = open_client();
    assert_int_equal(close(client), 0);
}

#define DOORBELL_TEST(test) cmocka_unit_test_setup_teardown(test, new_directory, remove_directory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DOORBELL_TEST(doorbell_wakes_for_a_byte_until_it_is_drained),
        DOORBELL_TEST(doorbell_takes_clients_one_after_the_other),
        DOORBELL_TEST(ring_reaches_the_client_that_came_while_a_command_ran),
        DOORBELL_TEST(ring_on_a_full_stream_is_forgotten_at_once),
        DOORBELL_TEST(only_a_socket_without_listener_is_replaced),
        DOORBELL_TEST(request_to_power_off_ends_a_wait),
        DOORBELL_TEST(wait_hook_plays_the_x86_side_without_a_socket),
    };

    return cmocka_run_group_tests_name("hosted doorbell", tests, NULL, NULL);
}
