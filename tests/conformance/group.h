/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that belong together.
 */
#ifndef TESTS_CONFORMANCE_GROUP_H
#define TESTS_CONFORMANCE_GROUP_H

#include "tests/conformance/suite.h"

/** A test file exports one. */
struct test_group {
    const char *name;
    const struct CMUnitTest *tests;
    size_t count;
};

#endif
