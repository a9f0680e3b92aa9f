/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts the process that is the board.
 */
#include <string.h>

#include "host/lib/runner_internal.h"
#include "host/lib/warden.h"

enum board_result runner_spawn(struct board *board, const struct command_line *line, int lock,
                               const struct board_locks *locks, const struct board_options *options)
{
    char directory[PATH_MAX];
    if (!board_path(directory, board->directory, "run")) {
        return board_fail(board, BOARD_FAILED, "%s: name too long", board->directory);
    }
    const struct warden_setup setup = {
        .directory = directory,
        .lock = lock,
        .shared = locks,
        .inherited = options->listener > 0 ? options->listener : -1,
        .daemon = options->daemon,
    };
    const struct warden_report report = warden_start(line, &setup);
    if (report.error != 0) {
        return board_fail(board, BOARD_NOT_STARTED, "%s: %s", line->arguments[0],
                          strerror(report.error));
    }
    board->spawned = true;
    board->warden = report.warden;
    board->pid = report.board;
    return BOARD_OK;
}
