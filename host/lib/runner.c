/*
 * Starts boards.
 */
#include "host/lib/runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/lib/passed_socket.h"
#include "host/lib/run_lock.h"
#include "host/lib/runner_internal.h"

const struct board_options board_default_options = {
    .cpu = "max",
    .timeout_ms = BOARD_READY_TIMEOUT_MS,
    .fabric_options = FABRIC_DEFAULT_OPTIONS,
};

/* Clients find a socket that was passed on by its name. */
static enum board_result name_listener(struct board *board, struct board_options *options,
                                       char path[PATH_MAX])
{
    if (options->listener > 0) {
        if (!passed_socket_path(options->listener, path)) {
            return board_fail(board, BOARD_BAD_USAGE,
                              "descriptor %d is not a listening unix stream socket with a name",
                              options->listener);
        }
        options->doorbell = path;
    }
    return BOARD_OK;
}

static enum board_result start_locked(struct board *board, const struct board_options *options,
                                      int lock)
{
    struct board_places places;
    struct command_line line;
    enum board_result result = board_places_find(board, options, &places);
    if (result == BOARD_OK) {
        result = runner_make_command(board, options, &places, &line);
    }
    if (result != BOARD_OK) {
        return result;
    }
    /* Nothing was changed up to here. */
    result = runner_prepare_files(board, options, &places);
    if (result != BOARD_OK) {
        command_line_free(&line);
        return result;
    }
    result = runner_spawn(board, &line, lock, options);
    command_line_free(&line);
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

enum board_result board_start(struct board *board, const struct board_options *given)
{
    char doorbell[PATH_MAX];
    struct board_options adapted = *given;
    const struct board_options *options = &adapted;
    enum board_result result = begin(board, options);
    if (result == BOARD_OK) {
        result = name_listener(board, &adapted, doorbell);
    }
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
    struct board_places places;
    struct command_line line;
    enum board_result result = begin(board, options);
    if (result == BOARD_OK) {
        result = board_places_find(board, options, &places);
    }
    if (result == BOARD_OK) {
        result = runner_make_command(board, options, &places, &line);
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
