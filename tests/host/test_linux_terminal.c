/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A terminal as a Linux guest's console: its modes, its keys, and who has it.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/linux/console.h"

static volatile sig_atomic_t interrupted;
static struct guest_options options = {.board = {.cancel = &interrupted}};
static struct guest *guest;
static struct console console;
static int user;      /* the terminal's other end */
static int typed;     /* what the guest gets */
static int old_input; /* this program's own */

static int set_up(void **state)
{
    (void)state;
    int input[2];
    user = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(user >= 0);
    assert_int_equal(grantpt(user), 0);
    assert_int_equal(unlockpt(user), 0);
    old_input = dup(STDIN_FILENO);
    const int terminal = open(ptsname(user), O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_int_equal(dup2(terminal, STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(close(terminal), 0);
    assert_int_equal(pipe2(input, O_CLOEXEC | O_NONBLOCK), 0);
    guest = guest_new(&options, "");
    assert_non_null(guest);
    guest->console = -1;
    guest->console_input = input[1];
    guest->console_output = fopen("/dev/null", "we");
    assert_non_null(guest->console_output);
    typed = input[0];
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(dup2(old_input, STDIN_FILENO), STDIN_FILENO);
    (void)close(old_input);
    (void)close(user);
    (void)close(typed);
    (void)close(guest->console_input);
    (void)fclose(guest->console_output);
    free(guest);
    return 0;
}

static struct termios modes(void)
{
    struct termios now;
    assert_int_equal(tcgetattr(STDIN_FILENO, &now), 0);
    return now;
}

static bool is_raw(void)
{
    const struct termios now = modes();
    return (now.c_lflag & (ICANON | ECHO | ISIG)) == 0 && (now.c_iflag & (IXON | ICRNL)) == 0 &&
           (now.c_oflag & (OPOST | ONLCR)) == (OPOST | ONLCR);
}

/* @return what the guest gets of it */
static const char *type(const char *text)
{
    static char got[64];
    struct pollfd waits[CONSOLE_WAITS];
    assert_int_equal(write(user, text, strlen(text)), (ssize_t)strlen(text));
    console_waits(&console, guest, waits);
    assert_int_equal(poll(waits, CONSOLE_WAITS, 10000), 1);
    assert_true(console_serve(&console, guest, waits));
    const ssize_t length = read(typed, got, sizeof got - 1);
    got[length > 0 ? length : 0] = '\0';
    return got;
}

static void begin(void)
{
    struct pollfd waits[CONSOLE_WAITS];
    console_open(&console, guest);
    console_waits(&console, guest, waits);
}

static void every_key_goes_to_the_guest(void **state)
{
    (void)state;
    const struct termios before = modes();
    begin();
    assert_true(is_raw());
    assert_string_equal(type("ls\r\x03\x04\x1a\x1c\x13"), "ls\r\x03\x04\x1a\x1c\x13");
    assert_false(guest->ended);
    console_finish(&console, guest);
    const struct termios after = modes();
    assert_int_equal(after.c_lflag, before.c_lflag);
    assert_int_equal(after.c_iflag, before.c_iflag);
    assert_int_equal(after.c_oflag, before.c_oflag);
}

static void ctrl_a_x_ends_it(void **state)
{
    (void)state;
    begin();
    assert_string_equal(type("x\x01\x01x\x01"), "x\x01x");
    assert_string_equal(type("cx\x01"), "x");
    assert_false(guest->ended);
    (void)type("x");
    assert_true(guest->ended);
    console_finish(&console, guest);
}

/* It hangs, and reads nothing. */
static void a_guest_that_reads_nothing_can_be_ended(void **state)
{
    (void)state;
    static const char text[sizeof console.typed.text];
    begin();
    while (write(guest->console_input, text, sizeof text) > 0) {
    }
    console.typed.length = 1;
    struct pollfd waits[CONSOLE_WAITS];
    assert_int_equal(write(user, "abc\x01x", 5), 5);
    console_waits(&console, guest, waits);
    assert_true(poll(waits, CONSOLE_WAITS, 10000) > 0);
    assert_true(console_serve(&console, guest, waits));
    assert_true(guest->ended);
    console_finish(&console, guest);
}

static void after_a_stop_it_is_set_again(void **state)
{
    (void)state;
    begin();
    struct termios shell = modes();
    shell.c_lflag |= ICANON | ECHO | ISIG;
    assert_int_equal(tcsetattr(STDIN_FILENO, TCSANOW, &shell), 0);
    assert_int_equal(raise(SIGCONT), 0);
    struct pollfd waits[CONSOLE_WAITS];
    console_waits(&console, guest, waits);
    assert_true(is_raw());
    console_finish(&console, guest);
    assert_int_equal(modes().c_lflag & ICANON, ICANON);
}

/* @return the first step that fails, in a group of processes that has not got the terminal; 0: none */
static int live_in_background(void)
{
    struct pollfd waits[CONSOLE_WAITS];
    struct termios before;
    struct termios now;
    char key;
    if (setpgid(0, 0) != 0 || tcgetattr(STDIN_FILENO, &before) != 0) {
        return 1;
    }
    console_open(&console, guest);
    console_waits(&console, guest, waits);
    if (waits[CONSOLE_INPUT].fd >= 0 || !console.has_input) {
        return 2;
    }
    if (tcgetattr(STDIN_FILENO, &now) != 0 || now.c_lflag != before.c_lflag) {
        return 3;
    }
    if (read(STDIN_FILENO, &key, 1) != -1 || errno != EIO) { /* nor is it stopped */
        return 4;
    }
    waits[CONSOLE_INPUT] = (struct pollfd){.fd = STDIN_FILENO, .revents = POLLIN};
    if (!console_serve(&console, guest, waits) || !console.has_input) {
        return 5;
    }
    if (tcsetpgrp(STDIN_FILENO, getpgrp()) != 0) {
        return 6;
    }
    console_waits(&console, guest, waits);
    return waits[CONSOLE_INPUT].fd == STDIN_FILENO && is_raw() ? 0 : 7;
}

static int lead_session(void)
{
    int status = 0;
    if (setsid() < 0 || ioctl(STDIN_FILENO, TIOCSCTTY, 0) != 0) {
        return 8;
    }
    (void)signal(SIGHUP, SIG_IGN);
    const pid_t child = fork();
    if (child == 0) {
        (void)alarm(60); /* rather than stop for ever */
        _exit(live_in_background());
    }
    (void)alarm(60);
    if (waitpid(child, &status, WUNTRACED) != child) {
        return 9;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 10;
}

static void in_the_background_it_is_left_alone(void **state)
{
    (void)state;
    int status = 0;
    const pid_t leader = fork();
    assert_true(leader >= 0);
    if (leader == 0) {
        _exit(lead_session());
    }
    assert_int_equal(waitpid(leader, &status, 0), leader);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_key_goes_to_the_guest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ctrl_a_x_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_guest_that_reads_nothing_can_be_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(after_a_stop_it_is_set_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(in_the_background_it_is_left_alone, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
