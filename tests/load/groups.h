/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The groups of the load tests, in the order in which they run.
 */
#ifndef TESTS_LOAD_GROUPS_H
#define TESTS_LOAD_GROUPS_H

#include "tests/common/program.h"

/** Expands X(symbol) for every group. */
#define LOAD_GROUPS(X)                                                                             \
    X(ring_order)                                                                                  \
    X(ring_interrupts)                                                                             \
    X(ring_errors)                                                                                 \
    X(ring_memory)                                                                                 \
    X(ring_exit)                                                                                   \
    X(ring_load)                                                                                   \
    X(many_guests)                                                                                 \
    X(double_fetch)                                                                                \
    X(double_fetch_start)                                                                          \
    X(vmsa_race)                                                                                   \
    X(walk)

#define DECLARE_GROUP(symbol) extern const struct test_group program_group_##symbol;
LOAD_GROUPS(DECLARE_GROUP)
#undef DECLARE_GROUP

#endif
