/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The argument list of a program to be started.
 */
#ifndef HOST_LIB_COMMAND_LINE_H
#define HOST_LIB_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define COMMAND_LINE_MAX 80

struct command_line {
    char *arguments[COMMAND_LINE_MAX + 1]; /**< Ends with NULL. */
    size_t count;
    bool failed; /**< An argument was lost: too many of them, or no memory. */
};

/** Adds one argument, as printf() makes it. */
void command_line_add(struct command_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Adds arguments up to a NULL. */
void command_line_add_all(struct command_line *line, const char *const *arguments);

/**
 * Adds PREFIX, VALUE, SUFFIX as one argument; commas in VALUE are doubled, as QEMU wants them inside
 * an option that is itself a comma-separated list.
 */
void command_line_add_value(struct command_line *line, const char *prefix, const char *value,
                            const char *suffix);

/** Frees all arguments. */
void command_line_free(struct command_line *line);

#endif
