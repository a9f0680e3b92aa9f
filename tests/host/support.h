/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the x86 side share: hexadecimal text, a directory of their own, a second process
 * that plays the security processor.
 */
#ifndef TESTS_HOST_SUPPORT_H
#define TESTS_HOST_SUPPORT_H

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/lib/runner.h"

/** Reads hexadecimal text of exactly 2 * @p length digits; a test fails on anything else. */
void support_hex(const char *text, void *bytes, size_t length);

/** Makes a file that holds just that text, or replaces one. */
void support_write_file(const char *path, const char *text, mode_t mode);

/** Makes an empty directory; remove it with support_remove_directory(). */
void support_make_directory(char path[PATH_MAX]);

/** Removes a directory and the files in it and in its run/. */
void support_remove_directory(const char *path);

/* What a script does that takes the place of a board; its working directory is the chip's run/. */

/** Writes CmdResp = 80000000h and the feature register, as firmware that is ready does. */
#define SUPPORT_READY                                                                              \
    "printf '\\000\\000\\000\\200' | dd of=mailbox bs=1 seek=67968 conv=notrunc 2>/dev/null\n"     \
    "printf '\\001\\000\\000\\000' | dd of=mailbox bs=1 seek=68092 conv=notrunc 2>/dev/null\n"

/** Goes on until it is ended. */
#define SUPPORT_SERVE "exec sleep 1000\n"

/** Makes the directory of a chip whose board is a script. Parameters as of support_make_chip(). */
void support_make_chip_without_doorbell(char path[PATH_MAX], struct board_options *options);

/**
 * The same with a doorbell that takes clients but never looks at them.
 *
 * @param[out] path     remove it with support_remove_chip()
 * @param[out] options  for support_try_board()
 */
void support_make_chip(char path[PATH_MAX], struct board_options *options);

/** Removes what either of them made. */
void support_remove_chip(const char *path, const struct board_options *options);

/** board_start() of a board that does what the script says. */
enum board_result support_try_board(struct board *board, const struct board_options *options,
                                    const char *script);

/** support_try_board() that succeeds; other programs may use the board afterwards. */
void support_start_board(struct board *board, const struct board_options *options,
                         const char *script);

/** How the fake security processor behaves. */
struct fake_behaviour {
    bool silent;       /**< Never answers. */
    bool late_intsts;  /**< Sets INTSTS a while after CmdResp. */
    bool forgets_bell; /**< Answers, but never rings. */
    bool chatters;     /**< Rings before and after, for nothing, many times. */
    bool nervous;      /**< Rings for nothing up to the response, then once: no byte is spare. */
    bool resets;       /**< Begins anew instead of answering, without ringing. */
    bool hangs_up;     /**< Closes the doorbell instead of answering. */
    uint16_t status;   /**< Of every response. */
};

/** A thread that serves a mailbox as the firmware does. */
struct fake_processor {
    struct fake_behaviour behaviour;
    uint8_t *bar;
    char path[PATH_MAX]; /**< Of the doorbell; empty = none. */
    int listener;
    unsigned served;
    uint64_t last_paddr;
    uint32_t last_id;
    bool stop;
    pthread_t thread;
};

/** Starts the thread. @param bar zeroed registers; @param path where the doorbell shall be, or NULL */
void fake_start(struct fake_processor *fake, uint8_t *bar, const char *path,
                struct fake_behaviour behaviour);

/** Ends the thread. */
void fake_stop(struct fake_processor *fake);

#endif
