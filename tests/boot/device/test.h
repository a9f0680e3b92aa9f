/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A firmware that tests the board instead of being a security processor. What it does is chosen by
 * a word that tests/boot/run.sh writes into the mailbox file before the start.
 */
#ifndef TESTS_BOOT_DEVICE_TEST_H
#define TESTS_BOOT_DEVICE_TEST_H

#include <stdbool.h>

/** Prints "ok NAME" or "FAIL NAME". */
void test_report(const char *name, bool passed);

/* Tests of one part of hal/ each. */
void test_entropy(void);
void test_flash(void);
void test_dram(void);
void test_shared(void);
void test_timer(void);
void test_fuses(void);
void test_cipher(void);

/** Compares the two forms of a hash's compression. */
void test_sha512(void);

/** Answers each doorbell byte with the next mailbox value until it reads zero. */
void test_doorbell(void);

/** Adds to words that a program on Linux adds to at the same time. */
void test_atomic(void);

/** Does the one forbidden thing numbered @p which; returns only if nothing stopped it. */
void test_fault(unsigned int which);

#endif
