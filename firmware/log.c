/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log lines (log.h): a formatter of a few lines instead of printf, which would bring in a heap.
 */
#include "firmware/log.h"

#include <string.h>

#include "hal/log.h"
#include "hal/timer.h"

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

/** What one line takes of the allowance, and what can be saved up of it, in microseconds. */
#define LINE_MICROSECONDS 125000u
#define BURST_MICROSECONDS (32ull * LINE_MICROSECONDS)

/** When the allowance will be whole again: later than now by what has been spent of it. */
static uint64_t whole_at;
static uint32_t left_out;

/** @return how much of the allowance has been spent at @p now */
static uint64_t spent(uint64_t now)
{
    /* After WHOLE_AT the difference wraps round. */
    return whole_at - now <= BURST_MICROSECONDS ? whole_at - now : 0;
}

/** Spends what @p lines lines take. @return false when there is not so much */
static bool spend(uint32_t lines)
{
    const uint64_t now = hal_timer_microseconds();
    const uint64_t wanted = spent(now) + (uint64_t)lines * LINE_MICROSECONDS;

    if (wanted > BURST_MICROSECONDS) {
        return false;
    }
    whole_at = now + wanted;
    return true;
}

static void tell_left_out(void)
{
    log_text("firmware: ... ");
    log_decimal(left_out);
    log_text(left_out == 1 ? " line left out\n" : " lines left out\n");
    left_out = 0;
}

bool log_admits_line(void)
{
    if (!spend(left_out == 0 ? 1 : 2)) {
        left_out += left_out != UINT32_MAX ? 1 : 0;
        return false;
    }
    if (left_out != 0) {
        tell_left_out();
    }
    return true;
}

void log_settle(void)
{
    if (left_out != 0 && spent(hal_timer_microseconds()) == 0 && spend(1)) {
        tell_left_out();
    }
}

void log_line(const char *text)
{
    if (!log_admits_line()) {
        return;
    }
    log_text("firmware: ");
    log_text(text);
    log_text("\n");
}
