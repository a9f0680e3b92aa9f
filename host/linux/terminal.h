/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal that is a guest's console: it passes on every key, and is as it was in the end.
 */
#ifndef HOST_LINUX_TERMINAL_H
#define HOST_LINUX_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/** What has been typed so far. */
struct terminal_keys {
    bool escaped; /**< The last key was Ctrl-A. */
    bool ended;   /**< Ctrl-A x: the guest is to end. */
};

/**
 * Ctrl-A Ctrl-A is one Ctrl-A, Ctrl-A x ends the guest, Ctrl-A with another key is nothing.
 *
 * @param[in,out] text  what was typed, then what of it is the guest's
 * @return bytes that are the guest's
 */
size_t terminal_filter(struct terminal_keys *keys, char *text, size_t length);

/**
 * @param quiet  nobody is told of Ctrl-A x
 * @return whether standard input is a terminal, which terminal_close() then puts right in the end
 */
bool terminal_open(bool quiet);

/**
 * Looks who has the terminal. When it has become this process's, or the process goes on after a stop, every
 * key is passed on from then on.
 *
 * @return whether it may be read: whoever reads it in the background would be stopped
 */
bool terminal_is_ours(void);

/** The terminal is as it was. Also done by exit(), and by signals that end the process. */
void terminal_close(void);

#endif
