/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QEMU's control protocol: which line is the answer, and what becomes of a machine that gives none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/deadline.h"
#include "host/linux/monitor.h"

static struct monitor monitor;
static volatile sig_atomic_t cancel;
static int machine;

static int set_up(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    machine = ends[1];
    cancel = 0;
    monitor = (struct monitor){.socket = ends[0], .cancel = &cancel};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    monitor_close(&monitor);
    return close(machine);
}

static void says(const char *text)
{
    assert_int_equal(write(machine, text, strlen(text)), strlen(text));
}

static void what_is_told_unasked_is_no_answer(void **state)
{
    (void)state;
    const char *answer = NULL;
    says("{\"event\": \"RESUME\"}\n{\"return\": {\"a\": 1}}\n{\"error\": {}}\n");
    cancel = 1; /* what is there is read all the same */
    assert_true(monitor_execute(&monitor, "cont", NULL, &answer));
    assert_string_equal(answer, "{\"return\": {\"a\": 1}}");
    assert_false(monitor_execute(&monitor, "cont", NULL, NULL));
    assert_true(monitor.socket >= 0);
    says("{\"event\": \"SHUTDOWN\"}\n");
    assert_true(monitor_listen(&monitor));
    assert_true(monitor.shut_down);
}

static void nobody_waits_for_a_silent_machine_once_a_signal_has_come(void **state)
{
    (void)state;
    const int64_t started = deadline_now_us();
    cancel = 1;
    assert_false(monitor_execute(&monitor, "stop", NULL, NULL));
    assert_true(deadline_now_us() - started < MONITOR_TIMEOUT_MS * INT64_C(1000) / 2);
}

static void an_answer_that_comes_too_late_is_not_taken_for_another(void **state)
{
    (void)state;
    cancel = 1;
    assert_false(monitor_execute(&monitor, "stop", NULL, NULL));
    static const char late[] = "{\"return\": {}}\n";
    (void)send(machine, late, strlen(late), MSG_NOSIGNAL);
    assert_false(monitor_execute(&monitor, "cont", NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_told_unasked_is_no_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_waits_for_a_silent_machine_once_a_signal_has_come,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_that_comes_too_late_is_not_taken_for_another,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
