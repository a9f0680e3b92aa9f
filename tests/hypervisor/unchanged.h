/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "A failing command changes nothing": all that a hypervisor or the memory controller can see of the
 * firmware's work, remembered before a command and compared after it.
 */
#ifndef TESTS_HYPERVISOR_UNCHANGED_H
#define TESTS_HYPERVISOR_UNCHANGED_H

/** Remembers the RMP, the memory that the tests use, but for the command page, and the fabric's keys. */
void unchanged_take(void);

/** Fails the test when anything differs. @param name, what  which command, and what was wrong with it */
void unchanged_check(const char *name, const char *what);

#endif
