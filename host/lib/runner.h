/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts and stops boards: QEMU with the flash of a chip, or the firmware as a Linux process.
 */
#ifndef HOST_LIB_RUNNER_H
#define HOST_LIB_RUNNER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "host/lib/board.h"
#include "host/lib/board_options.h"

/** Options of a board that ends with its caller; set at least DIRECTORY. */
extern const struct board_options board_default_options;

/**
 * Starts a board and waits until its firmware serves commands.
 *
 * @param[out] board  open, as after board_open(); MESSAGE says what went wrong
 * @param options     see above
 * @return BOARD_OK; BOARD_FAILED (files; a board runs there already; cancelled; ended by
 *         board_stop_directory() meanwhile); BOARD_BAD_USAGE; BOARD_REFUSED; BOARD_STOPPED;
 *         BOARD_NOT_STARTED; BOARD_NOT_ANSWERING (not ready in time)
 */
enum board_result board_start(struct board *board, const struct board_options *options)
    __attribute__((warn_unused_result));

/**
 * Makes the files in run/ and puts on standard output the command line that runs a board with them,
 * instead of running it. A board that runs already is refused, and its files stay as they are.
 */
enum board_result board_print_command(struct board *board, const struct board_options *options)
    __attribute__((warn_unused_result));

/**
 * Closes the board and stops it: asks the emulator, then sends SIGTERM, then SIGKILL.
 *
 * @param board  opened by board_start() or board_open(); with BOARD_OK its ENDED and END_SIGNAL say
 *               what was done
 * @return BOARD_OK, or BOARD_FAILED when the process survives all that, or is not known
 */
enum board_result board_stop(struct board *board) __attribute__((warn_unused_result));

/**
 * board_stop() of a board that may not answer, whose mailbox another program uses, or that is just
 * being started: board_start() is told who did it.
 *
 * @param socket  QEMU's control socket, or NULL for that in run/
 * @return as above, or BOARD_NOT_ANSWERING: none runs
 */
enum board_result board_stop_directory(struct board *board, const char *directory,
                                       const char *socket) __attribute__((warn_unused_result));

/** Closes the board and kills its process at once, as a power cut does. @return as board_stop() */
enum board_result board_kill(struct board *board) __attribute__((warn_unused_result));

/**
 * Resets the board and waits until its firmware serves commands again. DRAM keeps its content; guests
 * and keys are gone. A client that is connected to the doorbell of QEMU stays connected; virtasp-sp
 * begins anew, and its client must do so, too.
 *
 * @param board       opened by board_start() or board_open(); open again on success
 * @param timeout_ms  longest wait
 * @return as board_start(); BOARD_NOT_ANSWERING when the board is neither virtasp-sp nor a QEMU that
 *         answers at its control socket
 */
enum board_result board_reset(struct board *board, int timeout_ms)
    __attribute__((warn_unused_result));

/**
 * board_reset() of a board that may not answer, or whose mailbox another program uses. The board is
 * not opened.
 *
 * @param socket  QEMU's control socket, or NULL for that in run/
 * @return as above, or BOARD_NOT_ANSWERING: none runs
 */
enum board_result board_reset_directory(struct board *board, const char *directory,
                                        const char *socket, int timeout_ms)
    __attribute__((warn_unused_result));

/**
 * Looks in the board's log for the reason why it serves no more.
 *
 * @param board  its DIRECTORY is set
 * @return BOARD_REFUSED or BOARD_STOPPED with MESSAGE set, or BOARD_OK when the log has none
 */
enum board_result board_read_log(struct board *board) __attribute__((warn_unused_result));

/**
 * Says why a board that this process started has ended.
 *
 * @param board  board_wait_end() said that it has
 * @return BOARD_OK when it was asked to end: QEMU's "quit", SIGTERM, SIGINT or SIGHUP, or whatever it
 *         took board_stop_directory(); BOARD_REFUSED or BOARD_STOPPED as board_read_log();
 *         BOARD_NOT_STARTED when it crashed, or was killed
 */
enum board_result board_explain_end(struct board *board) __attribute__((warn_unused_result));

/**
 * Waits until a board's process has ended.
 *
 * @param timeout_ms  longest wait
 * @return whether it has
 */
bool board_wait_end(struct board *board, int timeout_ms) __attribute__((warn_unused_result));

#endif
