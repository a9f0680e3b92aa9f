/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers in memory (bytes.h).
 */
#include "tests/snp/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t load(const uint8_t *bytes, size_t length)
{
    uint64_t value = 0;

    for (size_t i = length; i > 0; i--) {
        value = value << 8 | bytes[i - 1];
    }
    return value;
}

static void store(uint8_t *bytes, size_t length, uint64_t value)
{
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

uint16_t witness_load16(const uint8_t *bytes)
{
    return (uint16_t)load(bytes, 2);
}

uint32_t witness_load32(const uint8_t *bytes)
{
    return (uint32_t)load(bytes, 4);
}

uint64_t witness_load64(const uint8_t *bytes)
{
    return load(bytes, 8);
}

void witness_store16(uint8_t *bytes, uint16_t value)
{
    store(bytes, 2, value);
}

void witness_store32(uint8_t *bytes, uint32_t value)
{
    store(bytes, 4, value);
}

void witness_store64(uint8_t *bytes, uint64_t value)
{
    store(bytes, 8, value);
}

bool witness_is_zero(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

void witness_reverse(uint8_t *to, const uint8_t *from, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        to[i] = from[length - 1 - i];
    }
}

static int digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c);

    return at == NULL ? -1 : (int)(at - digits);
}

bool witness_hex(const char *text, uint8_t *bytes, size_t length)
{
    if (strlen(text) != 2 * length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        const int high = digit(text[2 * i]);
        const int low = digit(text[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

void witness_need_at(bool holds, const char *what, const char *file, int line)
{
    if (!holds) {
        (void)fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
        abort();
    }
}
