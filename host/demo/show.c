/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the demonstration prints.
 */
#include "host/demo/show.h"

#include <ctype.h>
#include <math.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>

#define ROW_BYTES 8

static unsigned steps;
static bool quiet;
static const volatile sig_atomic_t *cancelled;

void show_only_failures(void)
{
    quiet = true;
}

void show_without_waiting(const volatile sig_atomic_t *cancel)
{
    cancelled = cancel;
}

/* A pipe that says so takes a page. */
bool show_may_write(FILE *file)
{
    struct pollfd room = {.fd = fileno(file), .events = POLLOUT};
    if (cancelled == NULL || *cancelled == 0 || poll(&room, 1, 0) > 0) {
        return true;
    }
    __fpurge(file);
    return false;
}

void show_part(const char *title)
{
    if (quiet || !show_may_write(stdout)) {
        return;
    }
    (void)printf("\n%s\n", title);
    (void)fflush(stdout);
}

void show_step(const char *name, const char *outcome, int64_t microseconds, const char *format, ...)
{
    FILE *file = strcmp(outcome, SHOW_FAILED) == 0 ? stderr : stdout;
    const bool room = show_may_write(stdout);
    if (file == stdout ? quiet || !room : !show_may_write(file)) {
        return;
    }
    (void)fflush(stdout); /* Where both are one file, lines stay in their order. */
    if (microseconds >= 0) {
        (void)fprintf(file, "  %-22s %-10s %9.2f ms  ", name, outcome, (double)microseconds / 1000);
    } else {
        (void)fprintf(file, "  %-22s %-10s %12s  ", name, outcome, "");
    }
    va_list arguments;
    va_start(arguments, format);
    (void)vfprintf(file, format, arguments);
    va_end(arguments);
    (void)fprintf(file, "\n");
    (void)fflush(file);
    steps++;
}

unsigned show_steps(void)
{
    return steps;
}

double show_entropy(const uint8_t *bytes, size_t length)
{
    size_t counts[256] = {0};
    double bits = 0;
    for (size_t i = 0; i < length; i++) {
        counts[bytes[i]]++;
    }
    for (size_t value = 0; value < 256; value++) {
        if (counts[value] != 0) {
            double share = (double)counts[value] / (double)length;
            bits -= share * log2(share);
        }
    }
    return bits;
}

static void print_row(const uint8_t *bytes)
{
    for (size_t i = 0; i < ROW_BYTES; i++) {
        (void)printf("%02x ", bytes[i]);
    }
    for (size_t i = 0; i < ROW_BYTES; i++) {
        (void)putchar(isprint(bytes[i]) ? bytes[i] : '.');
    }
}

void show_side_by_side(const char *left_title, const uint8_t *left, const char *right_title,
                       const uint8_t *right, size_t length)
{
    (void)printf("        %-*s    %s\n", 4 * ROW_BYTES, left_title, right_title);
    for (size_t offset = 0; offset + ROW_BYTES <= length; offset += ROW_BYTES) {
        (void)printf("  %04zx  ", offset);
        print_row(left + offset);
        (void)printf("    ");
        print_row(right + offset);
        (void)printf("\n");
    }
}
