/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks that count themselves. A check that fails says so and lets the others go on; what depends
 * on it asks for its result.
 */
#ifndef TESTS_MIGRATION_CHECK_H
#define TESTS_MIGRATION_CHECK_H

#include <stdbool.h>

#include "abi/sev_status.h"

/** Names the test that the next checks belong to, as of printf. */
void check_begin(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Counts one check. @return @p holds */
bool check_that(bool holds, const char *what, const char *file, int line);
#define CHECK(condition) check_that((condition), #condition, __FILE__, __LINE__)

/** Counts one check of a command's result. @return whether it is the expected status */
bool check_status(int result, enum sev_status expected, const char *what, const char *file,
                  int line);
#define CHECK_STATUS(expression, expected)                                                         \
    check_status((expression), SEV_STATUS_##expected, #expression, __FILE__, __LINE__)

/** Prints the last line. @return exit status of the program */
int check_end(void);

#endif
