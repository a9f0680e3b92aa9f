/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing DER (X.690). Verifiers compare some encodings byte by byte, so certificates are put together
 * here, and not by a library that has its own mind about them.
 */
#ifndef HOST_PROVISION_DER_H
#define HOST_PROVISION_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/** Room for the largest certificate that is made here. */
#define DER_BYTES_MAX 4096u

enum der_tag {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_UTF8_STRING = 0x0C,
    DER_PRINTABLE_STRING = 0x13,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT = 0x80,             /**< Or the number. */
    DER_CONTEXT_CONSTRUCTED = 0xA0, /**< Or the number. */
};

/** What has been written. When it does not fit, FULL is set, and nothing more is written. */
struct der {
    uint8_t bytes[DER_BYTES_MAX];
    size_t length;
    bool full;
};

/** Writes bytes as they are; NULL when there are none. */
void der_raw(struct der *der, const void *bytes, size_t length);

/** Writes a whole element. */
void der_put(struct der *der, unsigned tag, const void *bytes, size_t length);

/** Writes a whole element of text. */
void der_text(struct der *der, unsigned tag, const char *text);

/** Writes a number, in as few bytes as it takes. */
void der_integer(struct der *der, uint32_t number);

/** Writes a time in seconds since 1970: as UTCTime until 2049, as X.509 wants it. */
void der_time(struct der *der, time_t time);

/** Begins an element that others are in. @return what der_end() takes */
size_t der_begin(struct der *der, unsigned tag);

/** Ends it, and writes its length. */
void der_end(struct der *der, size_t begin);

/** Begins a BIT STRING of whole bytes. */
size_t der_begin_bits(struct der *der);

#endif
