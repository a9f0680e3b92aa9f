/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the runner share: runner.c starts, runner_stop.c stops and
 * runner_reset.c resets boards,
 * board_files.c prepares the files, emulator.c makes the command line, process.c starts the process
 * (warden.h),
 * ready.c waits for it, boot_log.c reads its log.
 */
#ifndef HOST_LIB_RUNNER_INTERNAL_H
#define HOST_LIB_RUNNER_INTERNAL_H

#include <signal.h>

#include "host/lib/board_locks.h"
#include "host/lib/board_places.h"
#include "host/lib/command_line.h"
#include "host/lib/runner.h"

#define RUNNER_PRIVATE_MIB 16u /**< node 0: the device tree, DMA rings and bounce buffers */

/**
 * Fills run/ with the shared files, or links to them: an empty mailbox, a configured fabric, DRAM.
 * Outside of run/ it makes what is missing, clears the mailbox and the fabric's keys, configures a
 * fabric that nobody has configured, and changes nothing else.
 *
 * @param board   its DIRECTORY is set; MESSAGE is set on failure
 * @param places         from board_places_find()
 * @param[in,out] locks  on what exists already; on all of them with BOARD_OK
 */
enum board_result runner_prepare_files(struct board *board, const struct board_options *options,
                                       const struct board_places *places,
                                       struct board_locks *locks);

/** Whether the board's DIRECTORY is a chip's: its fuses and stored data can be used. */
enum board_result runner_find_chip(struct board *board);

/**
 * Whether the emulator's board can have so much memory; asks it for its version if that matters.
 *
 * @param program     the emulator
 * @param memory_mib  x86 DRAM
 * @return BOARD_OK, or BOARD_BAD_USAGE with the limit and what would lift it in MESSAGE
 */
enum board_result runner_check_memory(struct board *board, const struct board_options *options,
                                      const char *program, uint32_t memory_mib);

/** Makes run/, if it does not exist. */
enum board_result runner_make_directory(struct board *board);

/** Zeroes all registers, so that what an earlier firmware left is not believed. */
void runner_clear_mailbox(uint8_t *mailbox);

/**
 * The command that runs the board; its working directory is the chip's run/.
 *
 * @param places     from board_places_find()
 * @param[out] line  free it with command_line_free()
 */
enum board_result runner_make_command(struct board *board, const struct board_options *options,
                                      const struct board_places *places, struct command_line *line);

/**
 * @return whether the emulator has the cipher engine, or none is wanted; an emulator that cannot be
 *         asked has none
 */
bool runner_has_engine(struct board *board, const struct board_options *options);

/**
 * Starts the process, which inherits the locks.
 *
 * @param line     program and arguments
 * @param lock     from run_lock_take()
 * @param locks    on the shared files
 * @param options  whether it survives the caller
 */
enum board_result runner_spawn(struct board *board, const struct command_line *line, int lock,
                               const struct board_locks *locks,
                               const struct board_options *options);

/** @return whether the board's process has ended, and nothing of it is left to be cleared up */
bool runner_has_ended(struct board *board);

/**
 * Waits until the board's firmware serves commands.
 *
 * @param timeout_ms  longest wait
 * @param cancel      as in struct board_options, or NULL
 * @return BOARD_OK, or as board_start(), with MESSAGE set
 */
enum board_result runner_wait_until_ready(struct board *board, int timeout_ms,
                                          const volatile sig_atomic_t *cancel);

/** Then opens the board's files as well; keeps DIRECTORY and PIDs. Parameters as above. */
enum board_result runner_open_when_ready(struct board *board, int timeout_ms,
                                         const volatile sig_atomic_t *cancel);

/** Finds the board that runs in a directory. @return BOARD_OK, _FAILED or _NOT_ANSWERING: none runs */
enum board_result runner_find(struct board *board, const char *directory);

/** Adds to the emulator's log that this process stops the board, for its starter to read. */
void runner_note_stop(const struct board *board);

/** @return whether the emulator's log has such a line, which is then put into @p words */
bool runner_was_stopped(const struct board *board, char *words, size_t length);

/** Puts the last line that the emulator itself printed into @p words, or an empty string. */
void runner_last_words(const struct board *board, char *words, size_t length);

#endif
