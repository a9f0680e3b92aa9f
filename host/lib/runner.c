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
    .memory_mib = BOARD_DEFAULT_MEMORY_MIB,
    .cpu = "max",
    .timeout_ms = BOARD_READY_TIMEOUT_MS,
    .fabric_options = FABRIC_DEFAULT_OPTIONS,
};

static enum board_result start_locked(struct board *board, const struct board_options *options,
                                      int lock)
{
    struct command_line line;
    enum board_result result = runner_prepare_files(board, options);
    if (result == BOARD_OK) {
        result = runner_make_command(board, options, &line);
    }
    if (result != BOARD_OK) {
        return result;
    }
    result = runner_spawn(board, &line, lock, options->daemon);
    command_line_free(&line);
    return result;
}

/* Checks the options and resolves the directory. */
static enum board_result begin(struct board *board, const struct board_options *options)
{
    *board = (struct board)BOARD_CLOSED;
    if (options->memory_mib < 4 || options->memory_mib % 2 != 0) {
        return board_fail(board, BOARD_BAD_USAGE,
                          "memory must be an even number of MiB, 4 or more");
    }
    if (realpath(options->directory, board->directory) == NULL) {
        return board_fail(board, BOARD_FAILED, "%s: %s", options->directory, strerror(errno));
    }
    return runner_make_directory(board);
}

enum board_result board_start(struct board *board, const struct board_options *options)
{
    enum board_result result = begin(board, options);
    if (result != BOARD_OK) {
        return result;
    }
    int lock = run_lock_take(board->directory);
    if (lock < 0) {
        return errno == EWOULDBLOCK
                   ? board_fail(board, BOARD_FAILED, "a board is already running in %s",
                                options->directory)
                   : board_fail(board, BOARD_FAILED, "%s/run/pid: %s", options->directory,
                                strerror(errno));
    }
    result = start_locked(board, options, lock);
    (void)close(lock);
    if (result == BOARD_OK) {
        result = runner_open_when_ready(board, options->timeout_ms);
        if (result != BOARD_OK) {
            char message[BOARD_MESSAGE_BYTES];
            memcpy(message, board->message, sizeof message);
            bool killed = board_kill(board) == BOARD_OK;
            memcpy(board->message, message, sizeof message);
            result = killed ? result : BOARD_FAILED;
        }
    }
    return result;
}

enum board_result board_print_command(struct board *board, const struct board_options *options)
{
    struct command_line line;
    enum board_result result = begin(board, options);
    if (result == BOARD_OK) {
        result = runner_make_command(board, options, &line);
    }
    if (result != BOARD_OK) {
        return result;
    }
    (void)printf("cd '%s/run' &&", board->directory);
    for (size_t i = 0; i < line.count; i++) {
        (void)printf(" '%s'", line.arguments[i]);
    }
    (void)printf("\n");
    command_line_free(&line);
    return BOARD_OK;
}
