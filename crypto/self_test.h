/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power-on self-tests: a known answer for every primitive, and the library's heap arena.
 */
#ifndef CRYPTO_SELF_TEST_H
#define CRYPTO_SELF_TEST_H

#include <stddef.h>

/** Gives the library its static heap. Called once, before any other function of crypto/. */
void crypto_start(void);

/**
 * Runs every known-answer test, for each implementation that this CPU has. The random generator must
 * have been started: private-key operations need it for blinding.
 *
 * @return NULL, or the name of the first test that failed; the firmware must not serve then
 */
const char *crypto_self_test(void);

/** @return largest number of bytes of the heap arena that were in use at once */
size_t crypto_arena_peak(void);

#endif
