/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text for the log from code that runs before, or after, everything else.
 */
#ifndef ARCH_ARM_PRINT_H
#define ARCH_ARM_PRINT_H

#include <stdint.h>

/** Prints a string. */
void print_text(const char *text);

/** Prints a number in decimal. */
void print_decimal(uint32_t value);

/** Prints a number as eight hexadecimal digits. */
void print_hex(uint32_t value);

#endif
