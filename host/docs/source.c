/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading of source files, and the end when one cannot be understood (source.h).
 */
#include "host/docs/source.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void source_fail(const char *format, ...)
{
    va_list arguments;

    (void)fputs("command-docs: ", stderr);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
    exit(EXIT_FAILURE);
}

void source_read(const char *path, char *text)
{
    FILE *file = fopen(path, "r");
    size_t length;

    if (file == NULL) {
        source_fail("%s: %s", path, strerror(errno));
    }
    length = fread(text, 1, SOURCE_BYTES_MAX, file);
    if (ferror(file) != 0 || length == SOURCE_BYTES_MAX) {
        source_fail("%s: cannot be read, or is longer than %u bytes", path, SOURCE_BYTES_MAX);
    }
    (void)fclose(file);
    text[length] = '\0';
}

void source_append(char *text, size_t bytes, const char *more, size_t length)
{
    const size_t used = strlen(text);

    if (length >= bytes - used) {
        source_fail("text is too long: %s", text);
    }
    memcpy(text + used, more, length);
    text[used + length] = '\0';
}
