/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console of a Linux guest: nothing waits for who does not read it, and nothing is lost by that.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/linux/console.h"

#define MORE_THAN_A_PIPE (UINT32_C(1) << 20)

static volatile sig_atomic_t interrupted;
static struct guest_options options = {.console = "no input"};
static struct guest *guest;
static struct console console;
static int printer; /* the machine's end of its console */
static int reader;  /* who looks at it */
static uint32_t printed;

static void open_ends(const int out[2])
{
    int machine[2];
    assert_int_equal(pipe2(machine, O_CLOEXEC | O_NONBLOCK), 0);
    guest = guest_new(&options, "");
    assert_non_null(guest);
    options.board.cancel = &interrupted;
    interrupted = 0;
    guest->console = machine[0];
    printer = machine[1];
    reader = out[0];
    guest->console_output = fdopen(out[1], "w");
    assert_non_null(guest->console_output);
    assert_int_equal(fcntl(reader, F_SETFL, O_NONBLOCK), 0);
    console_open(&console, guest);
    printed = 0;
}

/* A pipe that blocks, as a shell makes it. */
static int set_up(void **state)
{
    (void)state;
    int out[2];
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    open_ends(out);
    return 0;
}

static int set_up_socket(void **state)
{
    (void)state;
    int out[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, out), 0);
    open_ends(out);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)close(printer);
    if (guest->console >= 0) {
        (void)close(guest->console);
    }
    (void)fclose(guest->console_output);
    if (reader >= 0) {
        (void)close(reader);
    }
    free(guest);
    return 0;
}

/* Prints numbers as long as the machine's pipe takes them. */
static void print_numbers(uint32_t limit)
{
    while (printed < limit && write(printer, &printed, sizeof printed) == (ssize_t)sizeof printed) {
        printed++;
    }
}

static void serve(void)
{
    struct pollfd waits[CONSOLE_WAITS];
    console_waits(&console, guest, waits);
    if (poll(waits, CONSOLE_WAITS, 0) > 0) {
        assert_true(console_serve(&console, guest, waits));
    }
}

/* Nobody reads: in the end nothing more fits. */
static void fill_pipes(void)
{
    uint32_t before;
    do {
        before = printed;
        print_numbers(MORE_THAN_A_PIPE);
        serve();
    } while (printed != before);
}

/* @return how many numbers the reader gets, each of them once and in order, from FIRST on */
static uint32_t read_numbers(uint32_t first)
{
    uint32_t number;
    uint32_t count = 0;
    ssize_t got;
    while ((got = read(reader, &number, sizeof number)) > 0) {
        assert_int_equal(got, sizeof number);
        assert_int_equal(number, first + count);
        count++;
    }
    return count;
}

static void nobody_waits_for_a_reader(void **state)
{
    (void)state;
    uint32_t seen = 0;
    fill_pipes();
    assert_true(printed < MORE_THAN_A_PIPE); /* the pipes are full, and this goes on all the same */
    assert_int_equal(fcntl(fileno(guest->console_output), F_GETFL) & O_NONBLOCK, 0);
    while (seen < printed) {
        seen += read_numbers(seen);
        serve();
    }
    console_finish(&console, guest);
}

static void what_an_old_machine_printed_comes_first(void **state)
{
    (void)state;
    int other[2];
    struct guest *to = guest_new(&options, "");
    assert_non_null(to);
    assert_int_equal(pipe2(other, O_CLOEXEC | O_NONBLOCK), 0);
    to->console = other[0];
    print_numbers(3);
    console_follow(&console, guest, to);
    assert_int_equal(guest->console, -1);
    assert_int_equal(close(printer), 0); /* it ends */
    printer = other[1];
    print_numbers(5);
    struct guest *old = guest;
    to->console_output = old->console_output;
    guest = to;
    free(old);
    for (unsigned i = 0; i < 3; i++) { /* its text, its end, the other's text */
        serve();
    }
    assert_int_equal(read_numbers(0), 5);
    console_finish(&console, guest);
}

static void the_rest_is_printed_in_the_end(void **state)
{
    (void)state;
    print_numbers(1000);
    console_finish(&console, guest);
    assert_int_equal(read_numbers(0), 1000);
}

static void an_interruption_ends_the_wait_for_a_reader(void **state)
{
    (void)state;
    fill_pipes();
    interrupted = 1;
    console_finish(&console, guest);
}

/* What it is to print comes back to it: there is always more. */
static void a_machine_that_prints_for_ever_ends(void **state)
{
    (void)state;
    print_numbers(1000);
    relay_turn(&console.output, printer);
    (void)alarm(30); /* ends this program if it does not */
    console_finish(&console, guest);
    (void)alarm(0);
}

static void a_reader_that_has_gone_is_no_matter(void **state)
{
    (void)state;
    void (*before)(int) = signal(SIGPIPE, SIG_IGN); /* as main() does */
    assert_int_equal(close(reader), 0);
    reader = -1;
    for (unsigned i = 0; i < 100; i++) {
        print_numbers(printed + 1000);
        serve();
    }
    assert_int_equal(printed, 100000);
    console_finish(&console, guest);
    (void)signal(SIGPIPE, before);
}

/* The guest does not read what is typed: it is kept, and no more is read. */
static void what_is_typed_waits_for_the_guest(void **state)
{
    (void)state;
    static char text[sizeof console.typed.text];
    int input[2];
    int from[2];
    ssize_t got;
    size_t all = 0;
    assert_int_equal(pipe2(input, O_CLOEXEC | O_NONBLOCK), 0);
    assert_int_equal(pipe2(from, O_CLOEXEC), 0);
    struct relay *typed = &console.typed;
    relay_open(typed, input[1]);
    while (relay_is_free(typed)) {
        assert_int_equal(write(from[1], text, sizeof text), sizeof text);
        all += sizeof text;
        assert_int_equal(relay_fill(typed, from[0]), sizeof text);
        relay_push(typed);
    }
    assert_int_equal(relay_descriptor(typed), typed->to);
    while ((got = read(input[0], text, sizeof text)) > 0) {
        all -= (size_t)got;
        relay_push(typed);
    }
    assert_int_equal(all, 0);
    assert_true(relay_is_free(typed));
    relay_close(typed);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(close(input[i]), 0);
        assert_int_equal(close(from[i]), 0);
    }
    console_finish(&console, guest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_waits_for_a_reader, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_waits_for_a_reader, set_up_socket, tear_down),
        cmocka_unit_test_setup_teardown(what_an_old_machine_printed_comes_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_rest_is_printed_in_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_interruption_ends_the_wait_for_a_reader, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_machine_that_prints_for_ever_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_that_has_gone_is_no_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_typed_waits_for_the_guest, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
