/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The random generator fails wherever a command needs it: before each secret, which has a seed of its
 * own, and at requests for which a seed is due.
 */
#ifndef TESTS_FAULT_FAULT_RANDOM_H
#define TESTS_FAULT_FAULT_RANDOM_H

#include "abi/sev_status.h"

/** When it fails: see board_fail_random_after(). */
struct fault_point {
    unsigned int requests;
    unsigned int reads;
};

/** Runs a command once with a failure at @p point; if it fails, nothing has changed. @return its status */
typedef enum sev_status fault_run(const void *subject, const struct fault_point *point);

/** Runs a command with a failure at each point, until it succeeds. @param expected  status before that */
void fault_random_everywhere(fault_run *run, const void *subject, enum sev_status expected);

#endif
