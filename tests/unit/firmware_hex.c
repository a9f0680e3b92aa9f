/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hexadecimal text (firmware_hex.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_hex.h"

void hex(const char *text, void *bytes, size_t length)
{
    uint8_t *to = bytes;

    assert_int_equal(strlen(text), 2 * length);
    for (size_t i = 0; i < length; i++) {
        unsigned int value = 0;
        assert_int_equal(sscanf(text + 2 * i, "%2x", &value), 1);
        to[i] = (uint8_t)value;
    }
}
