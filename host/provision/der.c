/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing DER (der.h).
 */
#include "host/provision/der.h"

#include <stdio.h>
#include <string.h>

#define SHORT_LENGTH 0x80u
#define LENGTH_BYTES_MAX 3u

void der_raw(struct der *der, const void *bytes, size_t length)
{
    der->full = der->full || length > sizeof der->bytes - der->length;
    if (!der->full && length != 0) {
        memcpy(der->bytes + der->length, bytes, length);
        der->length += length;
    }
}

/* A length in as few bytes as it takes (X.690, 10.1). */
static size_t encode_length(size_t length, uint8_t bytes[LENGTH_BYTES_MAX])
{
    if (length < SHORT_LENGTH) {
        bytes[0] = (uint8_t)length;
        return 1;
    }
    if (length <= 0xFF) {
        bytes[0] = 0x81;
        bytes[1] = (uint8_t)length;
        return 2;
    }
    bytes[0] = 0x82;
    bytes[1] = (uint8_t)(length >> 8);
    bytes[2] = (uint8_t)length;
    return 3;
}

size_t der_begin(struct der *der, unsigned tag)
{
    const uint8_t byte = (uint8_t)tag;
    der_raw(der, &byte, 1);
    return der->length;
}

void der_end(struct der *der, size_t begin)
{
    uint8_t header[LENGTH_BYTES_MAX];
    const size_t content = der->length - begin;
    const size_t header_bytes = encode_length(content, header);
    der_raw(der, header, header_bytes); /* Makes room for it. */
    if (!der->full) {
        memmove(der->bytes + begin + header_bytes, der->bytes + begin, content);
        memcpy(der->bytes + begin, header, header_bytes);
    }
}

size_t der_begin_bits(struct der *der)
{
    static const uint8_t no_unused_bits;
    const size_t begin = der_begin(der, DER_BIT_STRING);
    der_raw(der, &no_unused_bits, 1);
    return begin;
}

void der_put(struct der *der, unsigned tag, const void *bytes, size_t length)
{
    const size_t begin = der_begin(der, tag);
    der_raw(der, bytes, length);
    der_end(der, begin);
}

void der_text(struct der *der, unsigned tag, const char *text)
{
    der_put(der, tag, text, strlen(text));
}

void der_integer(struct der *der, uint32_t number)
{
    uint8_t bytes[5] = {0};
    for (size_t i = 0; i < 4; i++) {
        bytes[4 - i] = (uint8_t)(number >> (8 * i));
    }
    /* A byte of zeros leads only where the next one would make it negative. */
    size_t start = 0;
    while (start < 4 && bytes[start] == 0 && bytes[start + 1] < 0x80) {
        start++;
    }
    der_put(der, DER_INTEGER, bytes + start, sizeof bytes - start);
}

void der_time(struct der *der, time_t time)
{
    char text[64];
    struct tm parts = {0};
    if (gmtime_r(&time, &parts) == NULL) {
        der->full = true;
        return;
    }
    const int year = parts.tm_year + 1900;
    const bool general = year >= 2050;
    (void)snprintf(text, sizeof text,
                   general ? "%04d%02d%02d%02d%02d%02dZ" : "%02d%02d%02d%02d%02d%02dZ",
                   general ? year : year % 100, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                   parts.tm_min, parts.tm_sec);
    der_text(der, general ? DER_GENERALIZED_TIME : DER_UTC_TIME, text);
}
