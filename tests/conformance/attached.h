/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The suite as `virtasp conformance` runs it: against a board that somebody else has started, be it of
 * this project or any other implementation of the mailbox. Cases that need more than there is are left
 * out, and the report says why.
 */
#ifndef TESTS_CONFORMANCE_ATTACHED_H
#define TESTS_CONFORMANCE_ATTACHED_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/conformance/group.h"

/** A suite. */
struct attached_suite {
    const char *name; /**< "sev" or "snp". */
    bool is_snp;
    /** Group number @p index, or NULL; called once the command table has been read. */
    const struct test_group *(*group_at)(size_t index);
};

/**
 * Runs it, or lists its cases.
 *
 * @param argc, argv  what follows the program's name: options as in attached.c, then cases or groups
 *                    by name; all of them without any
 * @return exit status: 0 all that ran has passed, 1 a case failed or nothing ran, 2 wrong usage,
 *         6 nobody answers
 */
int attached_run(int argc, char **argv, const struct attached_suite *what);

/** @return whether a program's command line is for attached_run(): its first option is --attach */
bool attached_is_wanted(int argc, char **argv);

#endif
