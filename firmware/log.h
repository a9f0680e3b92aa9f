/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's log lines. They name commands and statuses, and never hold secrets. Those about what
 * the x86 side does are limited, so that it cannot fill a disk; those of start and end are not.
 */
#ifndef FIRMWARE_LOG_H
#define FIRMWARE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/secret.h"

/** Writes text as it is. */
void log_text(const char *text);

/** Writes a number in hexadecimal, without leading zeros. */
void log_hex(uint64_t value);

/** Writes a number in decimal. */
void log_decimal(uint32_t value);

/**
 * Asks whether a line may be written that the x86 side can cause as often as it likes: 32 at once,
 * then 8 a second. If it may, but others could not, their number is written first.
 *
 * @return false when the line is to be left out; it has been counted
 */
CRYPTO_CHECKED bool log_admits_line(void);

/** Writes "firmware: ", the text and a line end, if log_admits_line() says so. */
void log_line(const char *text);

/** Says how many lines were left out, once it has been quiet long enough; called again and again. */
void log_settle(void);

#endif
