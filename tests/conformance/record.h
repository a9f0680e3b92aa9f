/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a group of tests, and writes what each is about.
 */
#ifndef TESTS_CONFORMANCE_RECORD_H
#define TESTS_CONFORMANCE_RECORD_H

#include <stdio.h>

#include "tests/conformance/group.h"

/**
 * Runs a group.
 *
 * @param file  gets lines of the catalogue (catalogue.h); NULL = nothing is recorded
 * @return how many tests failed
 */
int record_group(FILE *file, const struct test_group *group) __attribute__((warn_unused_result));

#endif
