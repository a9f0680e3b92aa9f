/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the test programs that drive a board through its mailbox have in common: their command line,
 * and starting and stopping the board. Boards and states are those of tests/conformance.
 */
#ifndef TESTS_COMMON_PROGRAM_H
#define TESTS_COMMON_PROGRAM_H

#include <stdint.h>

#include "tests/conformance/group.h"

/** Defines the group of a test file from its array of tests. */
#define PROGRAM_GROUP(symbol, array)                                                               \
    const struct test_group program_group_##symbol = {#symbol, (array),                            \
                                                      sizeof(array) / sizeof((array)[0])}

/** What the command line says beyond the board. */
struct program_settings {
    uint64_t seed;     /**< Of everything that is random: a run with the same seed is the same. */
    const char *table; /**< The command table (build/command-table.tsv). */
    unsigned rounds;   /**< How often the persistence tests kill the board; 0 = as they like. */
    bool emulated;     /**< The board is QEMU's: a reset is possible, a command costs more. */
};

extern struct program_settings program_settings;

/**
 * Runs the groups that are named on the command line, or all, on one board.
 *
 * @return exit status: 0 all passed, 1 a test failed, 2 wrong usage
 */
int program_run(int argc, char **argv, const struct test_group *const *groups, size_t count);

#endif
