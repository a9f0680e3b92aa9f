/*
 * Log lines (log.h): a formatter of a few lines instead of printf, which would bring in a heap.
 */
#include "firmware/log.h"

#include <string.h>

#include "hal/log.h"

void log_text(const char *text)
{
    hal_log_write(text, strlen(text));
}

/** Writes a number in base 10 or 16. */
static void log_number(uint64_t value, uint32_t base)
{
    char digits[20];
    size_t start = sizeof digits;

    do {
        digits[--start] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    hal_log_write(&digits[start], sizeof digits - start);
}

void log_hex(uint64_t value)
{
    log_number(value, 16);
}

void log_decimal(uint32_t value)
{
    log_number(value, 10);
}

void log_line(const char *text)
{
    log_text("firmware: ");
    log_text(text);
    log_text("\n");
}
