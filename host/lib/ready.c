/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waits until a board's firmware serves commands, or finds out why it does not.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "abi/mailbox.h"
#include "host/lib/deadline.h"
#include "host/lib/run_lock.h"
#include "host/lib/runner_internal.h"
#include "host/lib/warden.h"

#define STEP_US 2000
#define LOG_STEP 50 /* looks at the log once in so many steps */

/* Another client may have been served already. */
static bool is_ready(const uint8_t *mailbox)
{
    const struct mailbox_client registers = {.bar = (uint8_t *)(uintptr_t)mailbox};
    return mailbox_read(&registers, MAILBOX_FEATURE) == MAILBOX_FEATURE_SEV &&
           (mailbox_read(&registers, MAILBOX_CMDRESP) & MAILBOX_CMDRESP_RESPONSE) != 0;
}

/* @return the signal that ended the board, its warden or, for a board that is not this process's, 0 */
static int end_signal(const struct board *board)
{
    if (WIFSIGNALED(board->end_status)) {
        return WTERMSIG(board->end_status);
    }
    const int status = WEXITSTATUS(board->end_status);
    return status > WARDEN_SIGNAL ? status - WARDEN_SIGNAL : 0;
}

/* Whether the end is one that somebody asked for: QEMU's "quit", or a signal that says so. */
static bool was_asked(const struct board *board)
{
    const int signal = end_signal(board);
    return board->end_status == 0 || (WIFEXITED(board->end_status) &&
                                      (signal == SIGTERM || signal == SIGINT || signal == SIGHUP));
}

static void describe_end(const struct board *board, char *words, size_t length)
{
    const int signal = end_signal(board);
    if (signal != 0) {
        (void)snprintf(words, length, "signal %d (%s)", signal, strsignal(signal));
    } else {
        (void)snprintf(words, length, "exit status %d; it gave no reason",
                       WEXITSTATUS(board->end_status));
    }
}

bool runner_has_ended(struct board *board)
{
    if (board->warden > 0 && waitpid(board->warden, &board->end_status, WNOHANG) == board->warden) {
        board->warden = 0;
        board->ended = board->pid;
        board->pid = 0;
    }
    if (board->warden != 0) {
        return false;
    }
    /* A warden that has given up the lock is about to end: its exit status is still to come. Who has
     * the lock then may be the next board of the chip. */
    const pid_t holder = run_lock_holder(board->directory);
    return (holder == 0 || (board->ended != 0 && holder != board->ended)) &&
           (board->resetting == 0 || kill(board->resetting, 0) != 0);
}

static enum board_result explain_end(struct board *board)
{
    char words[256];
    enum board_result result = board_read_log(board);
    if (result != BOARD_OK) {
        return result;
    }
    if (runner_was_stopped(board, words, sizeof words)) {
        return board_fail(board, BOARD_FAILED,
                          "the board was stopped before its firmware served commands: %s", words);
    }
    runner_last_words(board, words, sizeof words);
    if (words[0] == '\0') {
        describe_end(board, words, sizeof words);
    }
    return board_fail(board, BOARD_NOT_STARTED, "the emulator ended: %s", words);
}

enum board_result board_explain_end(struct board *board)
{
    char words[256];
    enum board_result result = board_read_log(board);
    return result != BOARD_OK || was_asked(board) || runner_was_stopped(board, words, sizeof words)
               ? result
               : explain_end(board);
}

/* What it means that not even the boot ROM has come to a line. */
static const char silence[] =
    "neither boot ROM nor firmware has logged a line: the processor stands "
    "still, runs something else than a boot ROM for this board, or needs "
    "more time (--timeout). Empty is ";

static bool is_silent(const struct board *board)
{
    char path[PATH_MAX];
    struct stat status;
    return board_path(path, board->directory, "run/uart.log") &&
           (stat(path, &status) != 0 || status.st_size == 0);
}

static enum board_result wait_for(struct board *board, const uint8_t *mailbox, int timeout_ms,
                                  const volatile sig_atomic_t *cancel)
{
    const int64_t deadline = deadline_after(timeout_ms);
    for (unsigned step = 1;; step++) {
        if (is_ready(mailbox)) {
            return BOARD_OK;
        }
        if (runner_has_ended(board)) {
            return explain_end(board);
        }
        if (step % LOG_STEP == 0) {
            enum board_result result = board_read_log(board);
            if (result != BOARD_OK) {
                return result;
            }
        }
        if (cancel != NULL && *cancel != 0) {
            return board_fail(board, BOARD_FAILED, "interrupted");
        }
        if (deadline_left_ms(deadline) == 0) {
            return board_fail(board, BOARD_NOT_ANSWERING,
                              "the firmware was not ready within %d ms; %s%s/run/uart.log",
                              timeout_ms, is_silent(board) ? silence : "see ", board->directory);
        }
        deadline_sleep_us(STEP_US);
    }
}

enum board_result runner_wait_until_ready(struct board *board, int timeout_ms,
                                          const volatile sig_atomic_t *cancel)
{
    char path[PATH_MAX];
    struct shared_file mailbox;
    if (!board_path(path, board->directory, "run/mailbox") ||
        !shared_file_open(&mailbox, path, MAILBOX_BAR_BYTES)) {
        return board_fail(board, BOARD_FAILED, "run/mailbox: %s", strerror(errno));
    }
    enum board_result result = wait_for(board, mailbox.bytes, timeout_ms, cancel);
    shared_file_close(&mailbox);
    return result;
}

enum board_result runner_open_when_ready(struct board *board, int timeout_ms,
                                         const volatile sig_atomic_t *cancel)
{
    struct board opened;
    enum board_result result = runner_wait_until_ready(board, timeout_ms, cancel);
    if (result != BOARD_OK) {
        return result;
    }
    result = board_open(&opened, board->directory);
    opened.pid = board->pid;
    opened.warden = board->warden;
    opened.spawned = board->spawned;
    opened.lacks_engine = board->lacks_engine;
    memcpy(opened.directory, board->directory, sizeof opened.directory);
    *board = opened;
    board->memory.dram = &board->dram; /* not that of the copy */
    return result;
}
