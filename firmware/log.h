/*
 * The firmware's log lines. They name commands and statuses, and never hold secrets.
 */
#ifndef FIRMWARE_LOG_H
#define FIRMWARE_LOG_H

#include <stdint.h>

/** Writes text as it is. */
void log_text(const char *text);

/** Writes a number in hexadecimal, without leading zeros. */
void log_hex(uint64_t value);

/** Writes a number in decimal. */
void log_decimal(uint32_t value);

/** Writes "firmware: ", the text and a line end. */
void log_line(const char *text);

#endif
