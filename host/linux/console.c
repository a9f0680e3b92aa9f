/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console of a Linux guest that runs (console.h).
 */
#include "host/linux/console.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "host/lib/deadline.h"
#include "host/linux/attack.h"
#include "host/linux/guest_report.h"

#define STEP_MS 100

void console_open(struct console *console, const struct guest *guest)
{
    relay_open(&console->output, fileno(guest->console_output));
    relay_open(&console->typed, guest->console_input);
    console->has_input = guest->options->console == NULL;
    console->is_terminal = console->has_input && terminal_open(guest->options->quiet);
    console->keys = (struct terminal_keys){0};
    console->left = -1;
}

/* A terminal is listened to for Ctrl-A, too. */
static bool listens(const struct console *console)
{
    return console->has_input &&
           (console->is_terminal ? terminal_is_ours() : relay_is_free(&console->typed));
}

/* What a machine has printed is read once there is room for it; until then it is in the machine's pipe. */
void console_waits(const struct console *console, const struct guest *guest,
                   struct pollfd waits[CONSOLE_WAITS])
{
    const int printed = console->left >= 0 ? console->left : guest->console;
    waits[CONSOLE_PRINTED] =
        (struct pollfd){.fd = relay_is_free(&console->output) ? printed : -1, .events = POLLIN};
    waits[CONSOLE_OUTPUT] =
        (struct pollfd){.fd = relay_descriptor(&console->output), .events = POLLOUT};
    waits[CONSOLE_INPUT] =
        (struct pollfd){.fd = listens(console) ? STDIN_FILENO : -1, .events = POLLIN};
    waits[CONSOLE_TYPED] =
        (struct pollfd){.fd = relay_descriptor(&console->typed), .events = POLLOUT};
}

static void close_printed(struct console *console, struct guest *guest)
{
    int *printed = console->left >= 0 ? &console->left : &guest->console;
    (void)close(*printed);
    *printed = -1;
}

/* @return whether there was something */
static bool pass_on(struct console *console, struct guest *guest)
{
    const int printed = console->left >= 0 ? console->left : guest->console;
    const ssize_t got = relay_fill(&console->output, printed);
    if (got <= 0) {
        close_printed(console, guest);
        return false;
    }
    guest_report_text(guest, console->output.text, (size_t)got);
    return true;
}

static bool obey(const struct console *console, struct guest *guest)
{
    const enum attack_kind kind = guest->options->attack;
    return kind == ATTACK_NONE || kind == ATTACK_LOAD ||
           !attack_is_due(&guest->attack, console->output.text, console->output.length) ||
           attack_make(guest);
}

/* Keys for a guest that does not read them are lost; but it can always be ended. */
static void take_keys(struct console *console, struct guest *guest)
{
    char text[256];
    const ssize_t got = read(STDIN_FILENO, text, sizeof text);
    if (got <= 0) {
        /* EIO: it has just become somebody else's, or is gone. */
        const bool later =
            got < 0 && (errno == EINTR || errno == EAGAIN || (errno == EIO && !terminal_is_ours()));
        console->has_input = later;
        return;
    }
    const size_t length = terminal_filter(&console->keys, text, (size_t)got);
    if (console->keys.ended) {
        guest->ended = true;
        guest_report_event(guest, "quit", "", true, deadline_now_us());
    } else if (relay_is_free(&console->typed)) {
        memcpy(console->typed.text, text, length);
        console->typed.length = length;
        console->typed.sent = 0;
    }
}

bool console_serve(struct console *console, struct guest *guest,
                   const struct pollfd waits[CONSOLE_WAITS])
{
    bool done = true;
    if (waits[CONSOLE_OUTPUT].revents != 0) {
        relay_push(&console->output);
    }
    if (waits[CONSOLE_TYPED].revents != 0) {
        relay_push(&console->typed);
    }
    if (waits[CONSOLE_INPUT].revents != 0) {
        if (console->is_terminal) {
            take_keys(console, guest);
        } else {
            console->has_input = relay_fill(&console->typed, STDIN_FILENO) > 0;
        }
        relay_push(&console->typed);
    }
    if (waits[CONSOLE_PRINTED].revents != 0 && pass_on(console, guest)) {
        done = obey(console, guest);
        relay_push(&console->output);
    }
    return done;
}

void console_follow(struct console *console, struct guest *from, const struct guest *to)
{
    if (console->left >= 0) {
        (void)close(console->left); /* not read in all that time */
    }
    console->left = from->console;
    from->console = -1;
    relay_turn(&console->typed, to->console_input);
}

/* Who reads slowly gets it all; with nobody there an interruption ends it. @return false when it did */
static bool push_all(struct console *console, const volatile sig_atomic_t *cancel)
{
    relay_push(&console->output);
    while (!relay_is_free(&console->output)) {
        struct pollfd wait = {.fd = console->output.to, .events = POLLOUT};
        if (poll(&wait, 1, STEP_MS) <= 0 && *cancel != 0) {
            return false;
        }
        relay_push(&console->output);
    }
    return true;
}

/* @return how many bytes can be read of a pipe now */
static size_t bytes_in(int pipe)
{
    int count = 0;
    return pipe >= 0 && ioctl(pipe, FIONREAD, &count) == 0 && count > 0 ? (size_t)count : 0;
}

/* A guest that is switched off may print on all the while: what is there now is enough. */
void console_finish(struct console *console, struct guest *guest)
{
    struct pollfd waits[CONSOLE_WAITS];
    size_t due = bytes_in(console->left) + bytes_in(guest->console);
    if (console->is_terminal) {
        console->has_input = false;
        terminal_close();
    }
    bool more = push_all(console, guest->options->board.cancel);
    while (more && due > 0) {
        console_waits(console, guest, waits);
        more = waits[CONSOLE_PRINTED].fd >= 0 && poll(&waits[CONSOLE_PRINTED], 1, 0) > 0;
        if (more && pass_on(console, guest)) {
            due -= console->output.length < due ? console->output.length : due;
            more = push_all(console, guest->options->board.cancel);
        }
    }
    if (console->left >= 0) {
        (void)close(console->left);
        console->left = -1;
    }
    relay_close(&console->output);
    relay_close(&console->typed);
}
