/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stops boards.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "host/lib/dead_board.h"
#include "host/lib/deadline.h"
#include "host/lib/qmp.h"
#include "host/lib/run_lock.h"
#include "host/lib/runner_internal.h"

#define STEP_US 2000
#define QUIT_MS 10000

bool board_wait_end(struct board *board, int timeout_ms)
{
    const int64_t deadline = deadline_after(timeout_ms);
    while (!runner_has_ended(board)) {
        if (deadline_left_ms(deadline) == 0) {
            return false;
        }
        deadline_sleep_us(STEP_US);
    }
    return true;
}

enum board_result runner_find(struct board *board, const char *directory)
{
    *board = (struct board)BOARD_CLOSED;
    if (realpath(directory, board->directory) == NULL) {
        return board_fail(board, BOARD_FAILED, "%s: %s", directory, strerror(errno));
    }
    if (run_lock_holder(board->directory) == 0) {
        char path[PATH_MAX];
        if (!run_lock_can_tell(board->directory, path)) {
            return board_fail(board, BOARD_FAILED, "%s: %s", path, strerror(errno));
        }
        dead_board_forget_keys(board->directory);
        return board_fail(board, BOARD_NOT_ANSWERING, "no board is running in %s", directory);
    }
    return BOARD_OK;
}

/* What a board leaves that has just ended. */
static void clear_up(const struct board *board)
{
    dead_board_forget_keys(board->directory);
    run_lock_forget_pid(board->directory);
}

static enum board_result end_process(struct board *board, const int *signals, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pid_t pid = run_lock_holder(board->directory);
        if (pid > 0 && kill(pid, signals[i]) != 0 && errno == EPERM) {
            return board_fail(board, BOARD_FAILED, "process %ld: %s", (long)pid, strerror(errno));
        }
        if (board_wait_end(board, QUIT_MS)) {
            clear_up(board);
            return BOARD_OK;
        }
    }
    return board_fail(board, BOARD_FAILED, "the board's process does not end");
}

/* Asks QEMU, when there is one at the socket; what does not listen is ended. */
static enum board_result stop_at(struct board *board, const char *socket)
{
    static const int signals[] = {SIGTERM, SIGKILL};
    if (qmp_execute(socket, "quit", QUIT_MS) && board_wait_end(board, QUIT_MS)) {
        clear_up(board);
        return BOARD_OK;
    }
    return end_process(board, signals, sizeof signals / sizeof signals[0]);
}

enum board_result board_stop(struct board *board)
{
    char socket[PATH_MAX];
    board_close(board);
    return board_path(socket, board->directory, "run/qmp.sock")
               ? stop_at(board, socket)
               : board_fail(board, BOARD_FAILED, "%s: name too long", board->directory);
}

enum board_result board_stop_directory(struct board *board, const char *directory,
                                       const char *socket)
{
    enum board_result result = runner_find(board, directory);
    if (result != BOARD_OK) {
        return result;
    }
    return socket != NULL ? stop_at(board, socket) : board_stop(board);
}

enum board_result board_kill(struct board *board)
{
    static const int signals[] = {SIGKILL};
    board_close(board);
    return end_process(board, signals, 1);
}
