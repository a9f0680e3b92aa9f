/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of an HTML page (html.h).
 */
#include "host/report/html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PRINT_MAX 1024u
#define BMP_HEADERS_BYTES 54u
#define BMP_INFO_BYTES 40u
#define PALETTE_ENTRIES 256u

void html_markup(FILE *file, const char *markup)
{
    (void)fputs(markup, file);
}

void html_text(FILE *file, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        switch (text[i]) {
        case '&':
            (void)fputs("&amp;", file);
            break;
        case '<':
            (void)fputs("&lt;", file);
            break;
        case '>':
            (void)fputs("&gt;", file);
            break;
        case '"':
            (void)fputs("&quot;", file);
            break;
        case '\'':
            (void)fputs("&#39;", file);
            break;
        case '\r':
            break;
        default:
            if ((text[i] >= ' ' && text[i] <= '~') || text[i] == '\n' || text[i] == '\t') {
                (void)fputc(text[i], file);
            } else {
                (void)fputs("&#xFFFD;", file);
            }
            break;
        }
    }
}

void html_print(FILE *file, const char *format, ...)
{
    char text[PRINT_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    html_text(file, text, strlen(text));
}

void html_hex(FILE *file, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        (void)fprintf(file, "%s%02x", i != 0 && i % 4 == 0 ? "<wbr>" : "", bytes[i]);
    }
}

void html_base64(FILE *file, const uint8_t *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        const uint32_t left = length - i < 3 ? (uint32_t)(length - i) : 3;
        const uint32_t word = (uint32_t)bytes[i] << 16 |
                              (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                              (left > 2 ? bytes[i + 2] : 0);
        for (uint32_t digit = 0; digit < 4; digit++) {
            (void)fputc(digit <= left ? digits[word >> (18 - 6 * digit) & 63] : '=', file);
        }
    }
}

void html_duration(FILE *file, int64_t microseconds)
{
    if (microseconds < 1000000) {
        (void)fprintf(file, "%.2f&nbsp;ms", (double)microseconds / 1e3);
    } else {
        (void)fprintf(file, "%.2f&nbsp;s", (double)microseconds / 1e6);
    }
}

static void put32(uint8_t *to, uint32_t value)
{
    memcpy(to, &value, sizeof value); /* Little-endian, as this machine is. */
}

void html_picture(FILE *file, const struct html_picture *picture)
{
    const uint32_t colours = BMP_HEADERS_BYTES + PALETTE_ENTRIES * 4;
    const uint32_t pixels = picture->width * picture->height;
    uint8_t *bmp = calloc(1, colours + pixels);
    if (bmp == NULL) {
        return;
    }
    bmp[0] = 'B';
    bmp[1] = 'M';
    put32(bmp + 2, colours + pixels);
    put32(bmp + 10, colours);
    put32(bmp + 14, BMP_INFO_BYTES);
    put32(bmp + 18, picture->width);
    put32(bmp + 22, picture->height);
    put32(bmp + 26, 1 | 8u << 16); /* One plane of 8 bits. */
    put32(bmp + 34, pixels);
    put32(bmp + 46, PALETTE_ENTRIES);
    for (uint32_t i = 0; i < PALETTE_ENTRIES; i++) {
        uint8_t *entry = bmp + BMP_HEADERS_BYTES + (size_t)i * 4;
        entry[0] = picture->palette[i][2];
        entry[1] = picture->palette[i][1];
        entry[2] = picture->palette[i][0];
    }
    for (uint32_t y = 0; y < picture->height; y++) { /* The lowest line is the first. */
        memcpy(bmp + colours + (size_t)(picture->height - 1 - y) * picture->width,
               picture->pixels + (size_t)y * picture->width, picture->width);
    }
    (void)fputs("data:image/bmp;base64,", file);
    html_base64(file, bmp, colours + pixels);
    free(bmp);
}
