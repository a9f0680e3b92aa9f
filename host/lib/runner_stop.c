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

static enum board_result has_ended(struct board *board, pid_t pid, int signal)
{
    board->ended = pid;
    board->end_signal = signal;
    clear_up(board);
    return BOARD_OK;
}

/* @return the process to be ended; 0: there is none any more; -1: a board that starts just now has not
 *         said within the time which it is, or it is another user's */
static pid_t find_process(const struct board *board)
{
    if (board->warden > 0) {
        return board->pid;
    }
    const int64_t deadline = deadline_after(QUIT_MS);
    pid_t pid = run_lock_holder(board->directory);
    while (pid < 0 && deadline_left_ms(deadline) > 0) {
        deadline_sleep_us(STEP_US);
        pid = run_lock_holder(board->directory);
    }
    return pid;
}

static enum board_result end_process(struct board *board, pid_t pid, const int *signals,
                                     size_t count)
{
    if (pid < 0) {
        return board_fail(board, BOARD_FAILED,
                          "%s: which process is the board is not known: it is another user's, or "
                          "starts just now",
                          board->directory);
    }
    for (size_t i = 0; i < count; i++) {
        if (!runner_has_ended(board) && pid > 0 && kill(pid, signals[i]) != 0 && errno == EPERM) {
            return board_fail(board, BOARD_FAILED, "process %ld: %s", (long)pid, strerror(errno));
        }
        if (board_wait_end(board, QUIT_MS)) {
            return has_ended(board, pid, signals[i]);
        }
    }
    return board_fail(board, BOARD_FAILED, "the board's process does not end");
}

/* Asks QEMU, when there is one at the socket; what does not listen is ended. */
static enum board_result stop_at(struct board *board, pid_t pid, const char *socket)
{
    static const int signals[] = {SIGTERM, SIGKILL};
    if (qmp_execute(socket, "quit", QUIT_MS) && board_wait_end(board, QUIT_MS)) {
        return has_ended(board, pid, 0);
    }
    return end_process(board, pid, signals, sizeof signals / sizeof signals[0]);
}

static enum board_result stop_process(struct board *board, pid_t pid, const char *socket)
{
    char own[PATH_MAX];
    if (socket == NULL && !board_path(own, board->directory, "run/qmp.sock")) {
        return board_fail(board, BOARD_FAILED, "%s: name too long", board->directory);
    }
    return stop_at(board, pid, socket != NULL ? socket : own);
}

enum board_result board_stop(struct board *board)
{
    board_close(board);
    if (board->spawned && runner_has_ended(board)) {
        clear_up(board); /* What answers at the socket by now is another board. */
        return BOARD_OK;
    }
    return stop_process(board, find_process(board), NULL);
}

enum board_result board_stop_directory(struct board *board, const char *directory,
                                       const char *socket)
{
    enum board_result result = runner_find(board, directory);
    if (result != BOARD_OK) {
        return result;
    }
    const pid_t pid = find_process(board);
    if (pid > 0) {
        runner_note_stop(board);
    }
    return stop_process(board, pid, socket);
}

enum board_result board_kill(struct board *board)
{
    static const int signals[] = {SIGKILL};
    board_close(board);
    return end_process(board, find_process(board), signals, 1);
}
