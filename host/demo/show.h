/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the demonstration prints: a line per step, bytes beside bytes, and how random they look.
 */
#ifndef HOST_DEMO_SHOW_H
#define HOST_DEMO_SHOW_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** The outcome of what failed. */
#define SHOW_FAILED "FAILED"

/** From now on nothing is printed but what fails. */
void show_only_failures(void);

/** Once @p cancel is not 0, what standard output or error does not take at once is not printed. */
void show_without_waiting(const volatile sig_atomic_t *cancel);

/** @return whether a line may be written to a stream; else what it still holds is given up, too */
bool show_may_write(FILE *file) __attribute__((warn_unused_result));

/** Prints the heading of a part of the demonstration. */
void show_part(const char *title);

/**
 * Prints one step: who did what, how it went, how long it took. What failed goes to standard error.
 *
 * @param name          what was done
 * @param outcome       a status, or SHOW_FAILED
 * @param microseconds  how long it took; below 0 = not worth telling
 * @param format        as of printf: what is worth knowing of the result; may be empty
 */
void show_step(const char *name, const char *outcome, int64_t microseconds, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** @return how many steps have been printed */
unsigned show_steps(void);

/**
 * Shannon entropy of the bytes' values.
 *
 * @return bits per byte: 0 for equal bytes, 8 for random ones
 */
double show_entropy(const uint8_t *bytes, size_t length);

/**
 * Prints bytes in hexadecimal and as text, in two columns side by side.
 *
 * @param left_title, right_title  headings
 * @param left, right              @p length bytes each
 */
void show_side_by_side(const char *left_title, const uint8_t *left, const char *right_title,
                       const uint8_t *right, size_t length);

#endif
