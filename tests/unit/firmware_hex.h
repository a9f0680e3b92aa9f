/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes from the hexadecimal text in which specifications print test vectors.
 */
#ifndef TESTS_UNIT_FIRMWARE_HEX_H
#define TESTS_UNIT_FIRMWARE_HEX_H

#include <stddef.h>
#include <stdint.h>

/** Reads exactly @p length bytes; fails the test when the text is not that long. */
void hex(const char *text, void *bytes, size_t length);

#endif
