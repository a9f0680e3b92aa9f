/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The argument list of a program to be started.
 */
#include "host/lib/command_line.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void command_line_add(struct command_line *line, const char *format, ...)
{
    char *argument = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&argument, format, arguments);
    va_end(arguments);
    if (length < 0) {
        line->failed = true;
    } else if (line->count == COMMAND_LINE_MAX) {
        line->failed = true;
        free(argument);
    } else {
        line->arguments[line->count++] = argument;
    }
}

void command_line_add_all(struct command_line *line, const char *const *arguments)
{
    for (size_t i = 0; arguments[i] != NULL; i++) {
        command_line_add(line, "%s", arguments[i]);
    }
}

void command_line_add_value(struct command_line *line, const char *prefix, const char *value,
                            const char *suffix)
{
    char doubled[2 * PATH_MAX];
    size_t used = 0;
    for (; *value != '\0' && used < sizeof doubled - 2; value++) {
        doubled[used++] = *value;
        if (*value == ',') {
            doubled[used++] = ',';
        }
    }
    doubled[used] = '\0';
    line->failed = line->failed || *value != '\0';
    command_line_add(line, "%s%s%s", prefix, doubled, suffix);
}

void command_line_free(struct command_line *line)
{
    for (size_t i = 0; i < line->count; i++) {
        free(line->arguments[i]);
    }
    *line = (struct command_line){0};
}
