/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which statuses each command has returned, and whether that is all the command table documents.
 */
#ifndef TESTS_CONFORMANCE_COVERAGE_H
#define TESTS_CONFORMANCE_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

/** @return the statuses that a command has returned, a bit for each */
uint64_t coverage_seen(uint32_t id);

/** Notes that a command returned a status. */
void coverage_record(uint32_t id, uint32_t status);

/**
 * Prints every row with what was seen of it.
 *
 * @param is_hosted  whether the firmware is a Linux process
 * @return false when a command never succeeded, returned a status that its row does not document, or
 *         never returned one that it does and that is not excused
 */
bool coverage_report(bool is_hosted) __attribute__((warn_unused_result));

#endif
