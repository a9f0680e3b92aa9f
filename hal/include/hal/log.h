/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board's log: a stream of text that people and `virtasp start` read. Never holds secrets.
 */
#ifndef HAL_LOG_H
#define HAL_LOG_H

#include <stddef.h>

/**
 * Writes text to the log. Bounded: a log that does not drain loses text.
 *
 * @param text    characters, not necessarily terminated
 * @param length  number of characters
 */
void hal_log_write(const char *text, size_t length);

#endif
