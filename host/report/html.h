/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of an HTML page. What comes from anywhere but this program's own text goes through
 * html_text() or html_print(): it stays text, whatever it is.
 */
#ifndef HOST_REPORT_HTML_H
#define HOST_REPORT_HTML_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Writes markup as it is: constants of this program. */
void html_markup(FILE *file, const char *markup);

/**
 * Writes text, for content and for attributes in double quotes.
 *
 * @param text  @p length bytes of any value; what is no printable ASCII, tab or line feed becomes
 *              U+FFFD
 */
void html_text(FILE *file, const char *text, size_t length);

/** Writes text as printf() makes it; at most 1023 characters. */
void html_print(FILE *file, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Writes bytes in hexadecimal, with a place for a line break after every fourth. */
void html_hex(FILE *file, const uint8_t *bytes, size_t length);

/** Writes bytes in base64. */
void html_base64(FILE *file, const uint8_t *bytes, size_t length);

/** Writes a duration: "1.25 ms", "2.50 s". */
void html_duration(FILE *file, int64_t microseconds);

/** Writes a picture as a BMP, for src="data:...". */
struct html_picture {
    uint32_t width; /**< A multiple of 4. */
    uint32_t height;
    const uint8_t *pixels;       /**< WIDTH * HEIGHT, the upper left first. */
    const uint8_t (*palette)[3]; /**< 256 of red, green, blue. */
};
void html_picture(FILE *file, const struct html_picture *picture);

#endif
