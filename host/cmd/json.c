/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON on standard output.
 */
#include "host/cmd/json.h"

#include <stdio.h>

void json_string(const char *text)
{
    (void)putchar('"');
    for (; *text != '\0'; text++) {
        const unsigned char character = (unsigned char)*text;
        if (character == '"' || character == '\\') {
            (void)printf("\\%c", character);
        } else if (character < 0x20) {
            (void)printf("\\u%04x", character);
        } else {
            (void)putchar(character);
        }
    }
    (void)putchar('"');
}

void json_hex(const uint8_t *bytes, size_t length)
{
    (void)putchar('"');
    for (size_t i = 0; i < length; i++) {
        (void)printf("%02x", bytes[i]);
    }
    (void)putchar('"');
}
