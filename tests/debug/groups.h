/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The groups of the debug tests, in the order in which they run.
 */
#ifndef TESTS_DEBUG_GROUPS_H
#define TESTS_DEBUG_GROUPS_H

#include "tests/common/program.h"

/** Expands X(symbol) for every group; the last one looks at what the others have seen. */
#define DEBUG_GROUPS(X)                                                                            \
    X(states)                                                                                      \
    X(copy)                                                                                        \
    X(copy_vmsa)                                                                                   \
    X(dbg)                                                                                         \
    X(swap)                                                                                        \
    X(swap_refused)                                                                                \
    X(swap_vmsa)                                                                                   \
    X(activate_ex)                                                                                 \
    X(attestation)                                                                                 \
    X(update_vmsa)                                                                                 \
    X(coverage)

#define DECLARE_GROUP(symbol) extern const struct test_group program_group_##symbol;
DEBUG_GROUPS(DECLARE_GROUP)
#undef DECLARE_GROUP

#endif
