/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports of a run: for people, or in TAP on standard output; and in JUnit's XML in a file.
 */
#ifndef TESTS_CONFORMANCE_REPORT_H
#define TESTS_CONFORMANCE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "tests/conformance/case_run.h"

struct report {
    const char *suite; /**< Its name, "sev", say. */
    bool tap;
    const char *junit_path; /**< NULL = none. */
    FILE *junit;
    FILE *cases; /**< Of JUnit's file, until their number is known. */
    char *cases_text;
    size_t cases_length;
    size_t done;
    size_t counts[3]; /**< By outcome. */
    double seconds;
};

/**
 * Begins a report; set SUITE, TAP and JUNIT_PATH before.
 *
 * @param total  how many cases there are, those that are left out included
 * @return false when the file cannot be made: standard error says why
 */
bool report_begin(struct report *report, size_t total) __attribute__((warn_unused_result));

/** Reports one case. */
void report_case(struct report *report, const struct case_result *result);

/** Reports that the rest cannot be run. */
void report_give_up(struct report *report, const char *why);

/** Ends the report. @return false when not all of it could be written */
bool report_end(struct report *report) __attribute__((warn_unused_result));

/** The same in JUnit's XML; used by the above. */
void report_junit_case(FILE *file, const struct report *report, const struct case_result *result);
bool report_junit_end(struct report *report) __attribute__((warn_unused_result));

/** Writes what a case that is left out lacks, in words. */
void report_missing(FILE *file, unsigned missing);

#endif
