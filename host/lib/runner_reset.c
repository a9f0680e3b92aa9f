/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resets boards: QEMU through its control socket, virtasp-sp by a signal. Neither needs the mailbox,
 * so that it works whoever uses that, and whatever the firmware does.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "abi/mailbox.h"
#include "host/lib/hosted_process.h"
#include "host/lib/qmp.h"
#include "host/lib/run_lock.h"
#include "host/lib/runner_internal.h"

#define ASK_MS 60000

/* What the firmware said before the reset counts no longer: done while the board stands still, after
 * it has accepted the reset, since a board that goes on without registers would serve nobody. */
static void clear(void *mailbox)
{
    runner_clear_mailbox(mailbox);
}

static enum board_result reset_hosted(struct board *board, pid_t pid, uint8_t *mailbox)
{
    board->resetting = pid;
    const bool done = kill(pid, SIGSTOP) == 0 && kill(pid, SIGHUP) == 0;
    const int error = errno;
    if (done) {
        clear(mailbox);
    }
    (void)kill(pid, SIGCONT);
    return done ? BOARD_OK
                : board_fail(board, BOARD_FAILED, "process %ld: %s", (long)pid, strerror(error));
}

static enum board_result ask_for_reset(struct board *board, const char *socket, uint8_t *mailbox)
{
    const pid_t pid = run_lock_holder(board->directory);
    /* First, because an earlier QEMU may have left its socket. */
    if (board_is_hosted(pid)) {
        return reset_hosted(board, pid, mailbox);
    }
    return qmp_reset(socket, ASK_MS, clear, mailbox)
               ? BOARD_OK
               : board_fail(board, BOARD_NOT_ANSWERING, "%s: QEMU does not answer there", socket);
}

/* A board that stands still would do so for good if this program ended now. */
static enum board_result ask_undisturbed(struct board *board, const char *socket, uint8_t *mailbox)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t blocked;
    sigset_t before;
    (void)sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        (void)sigaddset(&blocked, signals[i]);
    }
    (void)pthread_sigmask(SIG_BLOCK, &blocked, &before);
    enum board_result result = ask_for_reset(board, socket, mailbox);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

static enum board_result reset_at(struct board *board, const char *socket, int timeout_ms)
{
    char path[PATH_MAX];
    struct shared_file mailbox;
    if (!board_path(path, board->directory, "run/mailbox") ||
        !shared_file_open(&mailbox, path, MAILBOX_BAR_BYTES)) {
        return board_fail(board, BOARD_FAILED, "run/mailbox: %s", strerror(errno));
    }
    enum board_result result = ask_undisturbed(board, socket, mailbox.bytes);
    shared_file_close(&mailbox);
    if (result == BOARD_OK) {
        result = runner_wait_until_ready(board, timeout_ms, NULL);
    }
    board->resetting = 0;
    return result;
}

enum board_result board_reset(struct board *board, int timeout_ms)
{
    char socket[PATH_MAX];
    board_close(board);
    if (!board_path(socket, board->directory, "run/qmp.sock")) {
        return board_fail(board, BOARD_FAILED, "%s: name too long", board->directory);
    }
    enum board_result result = reset_at(board, socket, timeout_ms);
    return result == BOARD_OK ? runner_open_when_ready(board, timeout_ms, NULL) : result;
}

enum board_result board_reset_directory(struct board *board, const char *directory,
                                        const char *socket, int timeout_ms)
{
    char own[PATH_MAX];
    enum board_result result = runner_find(board, directory);
    if (result != BOARD_OK) {
        return result;
    }
    if (socket == NULL && !board_path(own, board->directory, "run/qmp.sock")) {
        return board_fail(board, BOARD_FAILED, "%s: name too long", board->directory);
    }
    return reset_at(board, socket != NULL ? socket : own, timeout_ms);
}
