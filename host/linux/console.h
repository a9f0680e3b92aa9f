/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console of a Linux guest that runs: what it prints, and what is typed. Neither somebody who does not
 * read the one nor a guest that does not read the other keeps the memory controller waiting. At a terminal all
 * keys are the guest's, but for Ctrl-A.
 */
#ifndef HOST_LINUX_CONSOLE_H
#define HOST_LINUX_CONSOLE_H

#include <poll.h>
#include <stdbool.h>

#include "host/linux/guest.h"
#include "host/linux/relay.h"
#include "host/linux/terminal.h"

enum { CONSOLE_PRINTED, CONSOLE_OUTPUT, CONSOLE_INPUT, CONSOLE_TYPED, CONSOLE_WAITS };

struct console {
    struct relay output;
    struct relay typed;
    bool has_input;   /**< Standard input is its, and has not ended. */
    bool is_terminal; /**< It is a terminal. */
    struct terminal_keys keys;
    int left; /**< What the machine that it has left had printed and is not read yet; -1: nothing. */
};

void console_open(struct console *console, const struct guest *guest);

/** @param[out] waits  what to wait for, to be given to console_serve() */
void console_waits(const struct console *console, const struct guest *guest,
                   struct pollfd waits[CONSOLE_WAITS]);

/** Text goes on; a word of the guest's may start an attack, and a key end the guest. @return false when that failed */
bool console_serve(struct console *console, struct guest *guest,
                   const struct pollfd waits[CONSOLE_WAITS]) __attribute__((warn_unused_result));

/** The guest has moved. What the old machine has printed comes before what the new one prints. */
void console_follow(struct console *console, struct guest *from, const struct guest *to);

/** Waits until what has been printed by now is read, unless it is interrupted; closes the console. */
void console_finish(struct console *console, struct guest *guest);

#endif
