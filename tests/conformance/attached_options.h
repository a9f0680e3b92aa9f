/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of a suite that is attached (attached.h).
 */
#ifndef TESTS_CONFORMANCE_ATTACHED_OPTIONS_H
#define TESTS_CONFORMANCE_ATTACHED_OPTIONS_H

#include <signal.h>
#include <stdbool.h>

#include "tests/conformance/attached.h"
#include "tests/conformance/report.h"

/** What the command line says beyond the board. */
struct attached_options {
    struct report report;
    const char *catalogue;
    const char *profile;
    bool destructive;
    bool list;
    bool json;
    char **names; /**< Of cases and groups; NAME_COUNT of them, 0 = all. */
    int name_count;
    unsigned missing; /**< What cases that were left out lacked. */
    sigset_t held;    /**< Signals that wait for the end of a case. */
    int signal;       /**< The one that has come; 0 = none. */
};

/**
 * Reads it: what is about the board goes into suite, and the command table is read.
 *
 * @return false when it is wrong
 */
bool attached_parse(int argc, char **argv, struct attached_options *settings,
                    const struct attached_suite *what) __attribute__((warn_unused_result));

#endif
