/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON on standard output, a member a line.
 */
#ifndef HOST_CMD_JSON_H
#define HOST_CMD_JSON_H

#include <stddef.h>
#include <stdint.h>

/** Prints a string with its quotation marks; what JSON does not allow inside is escaped. */
void json_string(const char *text);

/** Prints bytes as a string of lower-case hexadecimal digits. */
void json_hex(const uint8_t *bytes, size_t length);

#endif
