/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs one case by itself, and keeps what it says.
 */
#ifndef TESTS_CONFORMANCE_CASE_RUN_H
#define TESTS_CONFORMANCE_CASE_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/conformance/case.h"

#define CASE_MESSAGE "message    " /**< Before what a case itself said of its failure. */

/** What became of a case. */
enum case_outcome {
    CASE_PASSED,
    CASE_FAILED,
    CASE_LEFT_OUT, /**< It needs something that is not there. */
};

struct case_result {
    char id[CASE_ID_BYTES];
    enum case_outcome outcome;
    unsigned missing; /**< What a case that is left out lacks, a set of enum suite_need. */
    double seconds;
    char *text; /**< Lines about a failure, on the heap; NULL for none. */
};

/**
 * Runs a case. What it prints is kept from the standard streams, which are the report's.
 *
 * @param command     that the case is about; 0 = none
 * @param[out] result its ID is set before; free its TEXT
 * @return false when there is no memory or no file to keep what it says
 */
bool case_run(const struct CMUnitTest *test, unsigned command, struct case_result *result)
    __attribute__((warn_unused_result));

#endif
