/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text for the log from code that runs before, or after, everything else.
 */
#include "arch/arm/print.h"

#include <string.h>

#include "hal/log.h"

void print_text(const char *text)
{
    hal_log_write(text, strlen(text));
}

void print_decimal(uint32_t value)
{
    char digits[10];
    size_t start = sizeof(digits);

    do {
        digits[--start] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    hal_log_write(&digits[start], sizeof(digits) - start);
}

void print_hex(uint32_t value)
{
    char digits[8];

    for (size_t i = sizeof(digits); i-- > 0; value >>= 4) {
        digits[i] = "0123456789abcdef"[value & 0xF];
    }
    hal_log_write(digits, sizeof(digits));
}
