/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts boards.
 */
#include "host/lib/runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/lib/run_lock.h"
#include "host/lib/runner_internal.h"

const struct board_options board_default_options = {
    .cpu = "max",
    .timeout_ms = BOARD_READY_TIMEOUT_MS,
    .fabric_options = FABRIC_DEFAULT_OPTIONS,
};

/* Makes the command line and the files. @param[out] line  with BOARD_OK: to be freed
 * @param[out] locks  to be released in any case */
static enum board_result prepare(struct board *board, const struct board_options *options,
                                 struct board_locks *locks, struct command_line *line)
{
    struct board_places places;
    enum board_result result = board_places_find(board, options, &places);
    if (result == BOARD_OK) {
        result = runner_make_command(board, options, &places, line);
    }
    if (result != BOARD_OK) {
        return result;
    }
    result = board_locks_take(board, &places, locks);
    if (result == BOARD_OK) {
        /* Nothing was changed up to here. */
        result = runner_prepare_files(board, options, &places, locks);
    }
    if (result != BOARD_OK) {
        command_line_free(line);
    }
    return result;
}

static enum board_result start_locked(struct board *board, const struct board_options *options,
                                      int lock)
{
    struct command_line line;
    struct board_locks locks = BOARD_LOCKS_NONE;
    enum board_result result = prepare(board, options, &locks, &line);
    if (result == BOARD_OK) {
        result = runner_spawn(board, &line, lock, &locks, options);
        command_line_free(&line);
    }
    board_locks_release(&locks);
    return result;
}

/* Finds the chip, and makes its run/. */
static enum board_result begin(struct board *board, const struct board_options *options)
{
    *board = (struct board)BOARD_CLOSED;
    if (realpath(options->directory, board->directory) == NULL) {
        return board_fail(board, BOARD_FAILED, "%s: %s", options->directory, strerror(errno));
    }
    enum board_result result = runner_find_chip(board);
    return result == BOARD_OK ? runner_make_directory(board) : result;
}

/* Why run_lock_take() failed. */
static enum board_result refuse_lock(struct board *board)
{
    return errno == EWOULDBLOCK ? board_fail(board, BOARD_FAILED,
                                             "a board is already running in %s", board->directory)
                                : board_fail(board, BOARD_FAILED, "%s/run/pid: %s",
                                             board->directory, strerror(errno));
}

static enum board_result start(struct board *board, const struct board_options *options)
{
    enum board_result result = begin(board, options);
    if (result != BOARD_OK) {
        return result;
    }
    int lock = run_lock_take(board->directory);
    if (lock < 0) {
        return refuse_lock(board);
    }
    result = start_locked(board, options, lock);
    (void)close(lock);
    if (result == BOARD_OK) {
        result = runner_open_when_ready(board, options->timeout_ms, options->cancel);
        if (result != BOARD_OK) {
            char message[BOARD_MESSAGE_BYTES];
            memcpy(message, board->message, sizeof message);
            /* What has ended is not killed: the chip may have another board by now. */
            bool killed = board->ended != 0 || board_kill(board) == BOARD_OK;
            memcpy(board->message, message, sizeof message);
            result = killed ? result : BOARD_FAILED;
        }
    }
    return result;
}

enum board_result board_start(struct board *board, const struct board_options *options)
{
    enum board_result result = start(board, options);
    /* Asking the emulator takes as long as much of the start: only one that ends is asked. */
    if (result == BOARD_NOT_STARTED && !runner_has_engine(board, options)) {
        struct board_options without = *options;
        without.no_engine = true;
        result = start(board, &without);
        board->lacks_engine = true;
    }
    return result;
}

/* As one word of a shell, whatever is in it. */
static void print_word(const char *word)
{
    (void)putchar('\'');
    for (; *word != '\0'; word++) {
        if (*word == '\'') {
            (void)printf("'\\''");
        } else {
            (void)putchar(*word);
        }
    }
    (void)putchar('\'');
}

static void print(const struct board *board, const struct board_options *options,
                  const struct command_line *line)
{
    char run[PATH_MAX + sizeof "/run"];
    (void)snprintf(run, sizeof run, "%s/run", board->directory);
    (void)printf("cd ");
    print_word(run);
    (void)printf(" &&");
    for (size_t i = 0; i < line->count; i++) {
        (void)putchar(' ');
        print_word(line->arguments[i]);
    }
    /* QEMU itself then holds the lock that this program's children inherit. */
    (void)printf("%s\n", options->hosted == NULL ? " '-pidfile' 'pid'" : "");
}

enum board_result board_print_command(struct board *board, const struct board_options *options)
{
    struct command_line line;
    struct board_options actual = *options;
    enum board_result result = begin(board, options);
    if (result != BOARD_OK) {
        return result;
    }
    board->lacks_engine = !runner_has_engine(board, options);
    actual.no_engine = options->no_engine || board->lacks_engine;
    /* The files of a board that runs are left alone, and would not fit another line. */
    const int lock = run_lock_take(board->directory);
    if (lock < 0) {
        return refuse_lock(board);
    }
    struct board_locks locks = BOARD_LOCKS_NONE;
    result = prepare(board, &actual, &locks, &line);
    board_locks_release(&locks);
    (void)close(lock);
    if (result == BOARD_OK) {
        print(board, options, &line);
        command_line_free(&line);
    }
    return result;
}
