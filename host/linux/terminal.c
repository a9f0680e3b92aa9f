/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal that is a guest's console (terminal.h).
 */
#include "host/linux/terminal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#define ESCAPE 0x01 /* Ctrl-A, as in QEMU */

static struct {
    struct termios before;
    volatile sig_atomic_t raw;       /* Its modes are those for a guest. */
    volatile sig_atomic_t continued; /* Whoever stopped the process may have changed them. */
    bool has_before;
    bool told;
    pid_t owner; /* Not a process that it has forked. */
} terminal;

size_t terminal_filter(struct terminal_keys *keys, char *text, size_t length)
{
    size_t kept = 0;
    for (size_t i = 0; i < length; i++) {
        if (keys->escaped) {
            keys->escaped = false;
            keys->ended = keys->ended || text[i] == 'x';
            if (text[i] != ESCAPE) {
                continue;
            }
        } else if (text[i] == ESCAPE) {
            keys->escaped = true;
            continue;
        }
        text[kept++] = text[i];
    }
    return kept;
}

/* A terminal that controls no session has no background. */
static bool is_foreground(void)
{
    const pid_t group = tcgetpgrp(STDIN_FILENO);
    return group < 0 || group == getpgrp();
}

void terminal_close(void)
{
    /* In the background it is as whoever has it wants it. */
    if (terminal.raw != 0 && terminal.owner == getpid() && is_foreground()) {
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &terminal.before);
    }
    terminal.raw = 0;
}

static void on_end(int number)
{
    terminal_close();
    (void)raise(number); /* as it would have been */
}

static void on_continue(int number)
{
    (void)number;
    terminal.continued = 1;
}

bool terminal_open(bool quiet)
{
    static const int ends[] = {SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE};
    const struct sigaction end = {.sa_handler = on_end, .sa_flags = (int)SA_RESETHAND};
    const struct sigaction go_on = {.sa_handler = on_continue};
    if (isatty(STDIN_FILENO) == 0) {
        return false;
    }
    const bool first = terminal.owner == 0;
    terminal.owner = getpid();
    terminal.has_before = false;
    terminal.told = quiet;
    (void)signal(SIGTTIN, SIG_IGN);
    (void)signal(SIGTTOU, SIG_IGN);
    (void)sigaction(SIGCONT, &go_on, NULL);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        (void)sigaction(ends[i], &end, NULL);
    }
    return !first || atexit(terminal_close) == 0;
}

/* Output stays processed: the lines of this program are to begin on the left. */
static void make_raw(void)
{
    struct termios now;
    if (tcgetattr(STDIN_FILENO, &now) != 0) {
        return;
    }
    if (!terminal.has_before || (now.c_lflag & ICANON) != 0) {
        terminal.before = now; /* not what this program has set before a stop */
        terminal.has_before = true;
    }
    const tcflag_t output = now.c_oflag;
    cfmakeraw(&now);
    now.c_oflag = output | OPOST | ONLCR;
    terminal.raw = 1;
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &now);
    if (!terminal.told) {
        (void)fflush(stdout);
        (void)fputs("console: Ctrl-A x ends the guest\n", stderr);
        terminal.told = true;
    }
}

bool terminal_is_ours(void)
{
    if (!is_foreground()) {
        terminal.raw = 0; /* for whoever has it now */
        return false;
    }
    if (terminal.raw == 0 || terminal.continued != 0) {
        terminal.continued = 0;
        make_raw();
    }
    return true;
}
