/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the commands for boards begin and end: options, help, and errors as one line.
 */
#ifndef HOST_CMD_REPORT_H
#define HOST_CMD_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "host/lib/board.h"
#include "host/provision/arguments.h"

/** What the command line asks for. */
enum report_parsed {
    REPORT_RUN,   /**< Go on. */
    REPORT_ENDED, /**< Help, version or an error has been printed: return *status. */
};

/**
 * Reads a command line whose one argument is the directory of a chip.
 *
 * @param help            printed when -h or --help is given
 * @param options         @p count options
 * @param[out] directory  never NULL with REPORT_RUN
 * @param[out] status     exit status with REPORT_ENDED
 */
enum report_parsed report_parse(int argc, char **argv, const char *help,
                                const struct provision_option *options, size_t count,
                                const char **directory, int *status)
    __attribute__((warn_unused_result));

/**
 * As report_parse(), for a command that one of its options lets do without a chip.
 *
 * @param without         whether that option was given: then there must be no directory
 * @param[out] directory  NULL with REPORT_RUN and *WITHOUT
 */
enum report_parsed report_parse_optional(int argc, char **argv, const char *help,
                                         const struct provision_option *options, size_t count,
                                         const bool *without, const char **directory, int *status)
    __attribute__((warn_unused_result));

/**
 * Longest wait that an option asks for.
 *
 * @param seconds          more than an hour counts as an hour
 * @param[out] timeout_ms  that time
 * @param[out] error       set on failure
 * @return false for 0, in which nothing can be ready
 */
bool report_timeout(uint32_t seconds, int *timeout_ms, struct provision_error *error)
    __attribute__((warn_unused_result));

/**
 * Prints "virtasp COMMAND: " and the board's message when @p result is a failure.
 *
 * @return @p result; BOARD_FAILED when standard output took not all of it
 */
int report_board(const char *command, const struct board *board, enum board_result result);

/* What a command's help says of its exit status: REPORT_EXIT_STATUS, then what else it can have, in
 * the order of enum board_result. */
#define REPORT_EXIT_STATUS                                                                         \
    "EXIT STATUS\n"                                                                                \
    "    0  done\n"                                                                                \
    "    1  failed; the reason is on standard error\n"                                             \
    "    2  wrong usage\n"

/** Of commands that wait for a board to start. */
#define REPORT_EXIT_START                                                                          \
    "    3  the boot ROM refused the firmware image\n"                                             \
    "    4  the firmware stopped: a self-test failed, or a fault\n"                                \
    "    5  the emulator could not be started, or crashed\n"                                       \
    "    6  the board does not answer in time\n"

/** Of commands that start a running board's firmware anew. */
#define REPORT_EXIT_RESET                                                                          \
    "    3  the boot ROM refused the firmware image\n"                                             \
    "    4  the firmware stopped: a self-test failed, or a fault\n"                                \
    "    5  the emulator ended\n" REPORT_EXIT_RUNNING

/** Of commands that look at a board. */
#define REPORT_EXIT_LOOK                                                                           \
    "    4  the firmware serves no commands: it has stopped, or is just starting\n"                \
    "    6  no board is running, or its firmware has not started yet\n"

/** Of commands for a running board. */
#define REPORT_EXIT_RUNNING "    6  no board is running, or it does not answer in time\n"

#endif
