/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One command of docs/commands.md.
 */
#ifndef HOST_DOCS_PRINT_H
#define HOST_DOCS_PRINT_H

#include "firmware/command_table.h"
#include "host/docs/source.h"

/** @return where the command is handled: firmware/sev/NAME.c; valid until the next call */
const char *print_handler_path(const struct command_row *row);

/** Prints the names of a set of platform states. */
void print_states(const struct command_row *row);

/** Prints the names of a set of guest states; "-" when the command names no guest. */
void print_guest_states(const struct command_row *row);

/**
 * Prints the section of one command.
 *
 * @param structure  of its parameters; no fields when it has none
 * @param comment    at the head of its handler
 */
void print_command(const struct command_row *row, const struct source_structure *structure,
                   const struct source_comment *comment);

#endif
