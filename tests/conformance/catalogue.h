/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalogue: every case with the commands it is about, the statuses that it wants of them, and
 * what it needs besides a mailbox and memory. It is a file, cases.tsv, one line per case and command,
 * the most important command first:
 *
 *     id  COMMAND/hexadecimal id  statuses  needs
 *
 * separated by tabs, "-" for nothing. The suite writes it while it runs (--record); a test compares.
 */
#ifndef TESTS_CONFORMANCE_CATALOGUE_H
#define TESTS_CONFORMANCE_CATALOGUE_H

#include <stdbool.h>
#include <stdio.h>

#include "tests/conformance/case.h"

/** One case. */
struct catalogue_entry {
    char id[CASE_ID_BYTES];
    uint32_t command;  /**< 0 = none. */
    uint64_t statuses; /**< Bit n = enum sev_status n. */
    unsigned needs;    /**< Set of enum suite_need. */
};

/** Reads the file; says on standard error what is wrong when it returns false. */
bool catalogue_read(const char *path) __attribute__((warn_unused_result));

/** @return the entry of a case, or NULL */
const struct catalogue_entry *catalogue_find(const char *id);

/** Which cases are printed. */
struct catalogue_choice {
    unsigned without; /**< None that needs one of these. */
    bool (*is_wanted)(const void *context, const char *id);
    const void *context;
};

/** @return whether there is any such case */
bool catalogue_has(const struct catalogue_choice *choice);

/** Prints cases as a JSON object. @param suite_name "sev", say */
void catalogue_print_json(const char *suite_name, const struct catalogue_choice *choice);

/** Prints the cases' ids, a line each. */
void catalogue_print(const struct catalogue_choice *choice);

#endif
