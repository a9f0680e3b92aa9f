/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statuses that commands document and that no suite can bring about through the mailbox, and which
 * tests see them instead.
 */
#ifndef TESTS_CONFORMANCE_EXCUSES_H
#define TESTS_CONFORMANCE_EXCUSES_H

#include <stdbool.h>
#include <stdint.h>

/**
 * @param id         of the command
 * @param is_hosted  whether the firmware is a Linux process
 * @return why a suite need not see the status, NULL when it must
 */
const char *excuse_find(uint32_t id, uint32_t status, bool is_hosted);

/** Prints all that hold. */
void excuse_print(bool is_hosted);

#endif
