/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A doorbell that takes no more clients, because nobody accepts those that are there: whoever wants
 * to open it gives up in time, and keeps nobody else out of the mailbox meanwhile.
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "host/lib/deadline.h"
#include "host/lib/mailbox.h"
#include "host/lib/qmp.h"
#include "host/lib/shared_file.h"
#include "host/lib/unix_socket.h"
#include "tests/host/support.h"

#define SHORT_MS 100
#define LONG_MS 60000
#define CLIENTS_MAX 16
#define HANG_SECONDS 120 /* a test that hangs is ended */

static char directory[PATH_MAX];
static char path[PATH_MAX + 16];
static char mailbox[PATH_MAX + 16];
static int listener;
static int clients[CLIENTS_MAX];
static unsigned client_count;
static struct shared_file file;

static int set_up(void **state)
{
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)alarm(HANG_SECONDS);
    support_make_directory(directory);
    (void)snprintf(mailbox, sizeof mailbox, "%s/mailbox", directory);
    (void)snprintf(path, sizeof path, "%s/doorbell", directory);
    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path));
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (const void *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    for (client_count = 0; client_count < CLIENTS_MAX; client_count++) {
        clients[client_count] = unix_socket_connect(path, 0);
        if (clients[client_count] < 0) {
            break;
        }
    }
    assert_int_equal(errno, ETIMEDOUT);
    assert_true(client_count < CLIENTS_MAX);
    return shared_file_create(mailbox, MAILBOX_FILE_BYTES) &&
                   shared_file_open(&file, mailbox, MAILBOX_FILE_BYTES)
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    while (client_count > 0) {
        (void)close(clients[--client_count]);
    }
    (void)close(listener);
    shared_file_close(&file);
    support_remove_directory(directory);
    (void)alarm(0);
    return 0;
}

static void full_doorbell_is_given_up_in_time(void **state)
{
    (void)state;
    struct mailbox_client client;
    assert_int_equal(mailbox_open(&client, file.bytes, file.descriptor, path, SHORT_MS),
                     MAILBOX_ERROR);
    assert_int_equal(errno, ETIMEDOUT);
    assert_int_equal(client.doorbell, -1);
}

static void full_control_socket_is_given_up_in_time(void **state)
{
    (void)state;
    assert_false(qmp_execute(path, "quit", SHORT_MS));
}

static void *open_slowly(void *result)
{
    struct mailbox_client client;
    *(enum mailbox_result *)result =
        mailbox_open(&client, file.bytes, file.descriptor, path, LONG_MS);
    mailbox_close(&client);
    return NULL;
}

static void who_waits_for_the_doorbell_does_not_hold_the_mailbox(void **state)
{
    (void)state;
    pthread_t thread;
    struct shared_file again;
    enum mailbox_result result = MAILBOX_ERROR;
    assert_true(shared_file_open(&again, mailbox, MAILBOX_FILE_BYTES));
    assert_int_equal(pthread_create(&thread, NULL, open_slowly, &result), 0);
    const int64_t deadline = deadline_after(LONG_MS / 2);
    for (unsigned taken = 0; taken < 20;) {
        assert_true(deadline_left_ms(deadline) > 0);
        if (flock(again.descriptor, LOCK_EX | LOCK_NB) == 0) {
            taken++;
            assert_int_equal(flock(again.descriptor, LOCK_UN), 0);
        }
        deadline_sleep_us(7000);
    }
    /* With room in the queue the other one succeeds after all. */
    const int accepted = accept(listener, NULL, NULL);
    assert_true(accepted >= 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(result, MAILBOX_OK);
    (void)close(accepted);
    shared_file_close(&again);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(full_doorbell_is_given_up_in_time),
        TEST(full_control_socket_is_given_up_in_time),
        TEST(who_waits_for_the_doorbell_does_not_hold_the_mailbox),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
