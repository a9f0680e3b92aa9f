/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the suite is attached to (attached.h): whether it is what the cases are for, and what its user
 * may have forgotten.
 */
#ifndef TESTS_CONFORMANCE_ATTACHED_BOARD_H
#define TESTS_CONFORMANCE_ATTACHED_BOARD_H

#include <stdbool.h>

#include "tests/conformance/attached.h"

/**
 * @param what  the suite; the board is attached
 * @return NULL, or why no case of the suite can run on it, in words
 */
const char *attached_board_refusal(const struct attached_suite *what);

/** Says on standard error what a run without a fabric has met that wants one. */
void attached_board_hint(void);

#endif
