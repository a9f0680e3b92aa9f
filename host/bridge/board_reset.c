/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resetting the board in a process of its own (board_reset.h). That it has ended is seen at a pipe,
 * whose other end only it has.
 */
#include "host/bridge/board_reset.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/lib/runner.h"

static void work(const char *directory)
{
    struct board board;
    const enum board_result result =
        board_reset_directory(&board, directory, NULL, BOARD_READY_TIMEOUT_MS);
    if (result != BOARD_OK) {
        (void)fprintf(stderr, "virtasp bridge: the board was not reset: %s\n", board.message);
    }
    _exit(result == BOARD_OK ? 0 : 1);
}

bool board_reset_begin(struct board_reset *reset, const char *directory, const int *closed,
                       size_t count)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return false;
    }
    const pid_t child = fork();
    if (child == 0) {
        for (size_t i = 0; i < count; i++) {
            if (closed[i] >= 0) {
                (void)close(closed[i]);
            }
        }
        (void)close(ends[0]);
        work(directory);
    }
    const int error = errno;
    (void)close(ends[1]);
    if (child < 0) {
        (void)close(ends[0]);
        errno = error;
        return false;
    }
    *reset = (struct board_reset){.child = child, .ended = ends[0]};
    return true;
}

bool board_reset_finish(struct board_reset *reset)
{
    int status = 0;
    pid_t ended;
    do {
        ended = waitpid(reset->child, &status, 0);
    } while (ended < 0 && errno == EINTR);
    const bool done = ended == reset->child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    board_reset_forget(reset);
    return done;
}

void board_reset_forget(struct board_reset *reset)
{
    if (reset->ended >= 0) {
        (void)close(reset->ended);
    }
    *reset = (struct board_reset)BOARD_RESET_NONE;
}
