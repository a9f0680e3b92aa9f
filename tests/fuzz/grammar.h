/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an input becomes the parameters and buffers of a command: mostly valid ones, and in every place
 * that may be wrong sometimes a wrong one.
 */
#ifndef TESTS_FUZZ_GRAMMAR_H
#define TESTS_FUZZ_GRAMMAR_H

#include "firmware/command.h"

#include "tests/fuzz/input.h"

/** Puts contents and parameters of a command into memory, the latter at MACHINE_PARAMETERS. */
void grammar_build(const struct command_row *row, struct input *input);

/** A *_START has succeeded: its handle can be chosen from now on. */
void grammar_remember_handle(void);

/** There are no guests. */
void grammar_forget_handles(void);

#endif
