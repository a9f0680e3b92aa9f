/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading addresses and HTTP (request.h).
 */
#include "host/kds/request.h"

#include <ctype.h>
#include <string.h>

#define LINE_BYTES_MAX 16u
#define VERSION_DIGITS_MAX 3u

/* Goes past a prefix. @return whether it is there */
static bool skip(const char **at, const char *prefix)
{
    const size_t length = strlen(prefix);
    const bool found = strncmp(*at, prefix, length) == 0;
    *at += found ? length : 0;
    return found;
}

static uint8_t digit_value(char digit)
{
    return (uint8_t)(isdigit((unsigned char)digit) ? digit - '0'
                                                   : tolower((unsigned char)digit) - 'a' + 10);
}

/* Reads an ID in hexadecimal, small or capital letters. */
static bool read_id(const char **at, size_t bytes, uint8_t *id)
{
    for (size_t i = 0; i < 2 * bytes; i++) {
        if (!isxdigit((unsigned char)(*at)[i])) {
            return false;
        }
        id[i / 2] = (uint8_t)(id[i / 2] << 4 | digit_value((*at)[i]));
    }
    *at += 2 * bytes;
    return true;
}

/* Reads the name of a product's line, up to the slash. */
static const struct provision_product *read_line(const char **at)
{
    char line[LINE_BYTES_MAX] = "";
    const char *slash = strchr(*at, '/');
    if (slash == NULL || (size_t)(slash - *at) >= sizeof line) {
        return NULL;
    }
    memcpy(line, *at, (size_t)(slash - *at));
    *at = slash + 1;
    return provision_product_of_line(line);
}

/* Reads a number of up to three digits, at most 255. */
static bool read_version(const char **at, uint8_t *version)
{
    unsigned value = 0;
    size_t digits = 0;
    for (; digits <= VERSION_DIGITS_MAX && isdigit((unsigned char)(*at)[digits]); digits++) {
        value = 10 * value + (unsigned)((*at)[digits] - '0');
    }
    *at += digits;
    *version = (uint8_t)value;
    return digits > 0 && digits <= VERSION_DIGITS_MAX && value <= UINT8_MAX;
}

/* Reads "NAMESPL=", one of the product's. @return the byte of the TCB version, or SNP_TCB_PARTS */
static unsigned read_part(const char **at, const struct provision_product *product)
{
    for (unsigned i = 0; i < SNP_TCB_PARTS; i++) {
        const char *end = *at;
        if (product->parts[i].name != NULL && skip(&end, product->parts[i].name) &&
            skip(&end, "SPL=")) {
            *at = end;
            return i;
        }
    }
    return SNP_TCB_PARTS;
}

/* Reads a query: each of the product's parts, once, in any order. */
static bool read_query(const char *at, struct kds_request *request)
{
    bool seen[SNP_TCB_PARTS] = {false};
    do {
        uint8_t version = 0;
        const unsigned part = read_part(&at, request->product);
        if (part == SNP_TCB_PARTS || seen[part] || !read_version(&at, &version)) {
            return false;
        }
        seen[part] = true;
        request->tcb |= (uint64_t)version << (8 * part);
    } while (skip(&at, "&"));
    for (unsigned i = 0; i < SNP_TCB_PARTS; i++) {
        if (seen[i] != (request->product->parts[i].name != NULL)) {
            return false;
        }
    }
    return *at == '\0';
}

static enum kds_status read_product_target(const char *at, struct kds_request *request)
{
    request->product = read_line(&at);
    if (request->product == NULL) {
        return KDS_NOT_FOUND;
    }
    request->object = strcmp(at, "crl") == 0 ? KDS_CRL : KDS_CHAIN;
    if (request->object == KDS_CRL || strcmp(at, "cert_chain") == 0) {
        return KDS_OK;
    }
    request->object = KDS_CERTIFICATE;
    const bool named = request->kind == PROVISION_VCEK
                           ? read_id(&at, request->product->id_bytes, request->id)
                           : skip(&at, "cert");
    if (!named || (*at != '?' && *at != '\0')) {
        return KDS_NOT_FOUND;
    }
    return *at == '?' && read_query(at + 1, request) ? KDS_OK : KDS_BAD_REQUEST;
}

enum kds_status kds_read_target(const char *target, struct kds_request *request)
{
    const char *at = target;
    *request = (struct kds_request){.object = KDS_CEK};
    if (skip(&at, "/cek/id/")) {
        return read_id(&at, sizeof request->id, request->id) && *at == '\0' ? KDS_OK
                                                                            : KDS_NOT_FOUND;
    }
    if (skip(&at, "/vcek/v1/")) {
        request->kind = PROVISION_VCEK;
        return read_product_target(at, request);
    }
    if (skip(&at, "/vlek/v1/")) {
        request->kind = PROVISION_VLEK;
        return read_product_target(at, request);
    }
    return KDS_NOT_FOUND;
}

/* Reads "GET TARGET HTTP/1.x", a line without its end. */
static enum kds_status read_line_of_request(char *line, char *target)
{
    char *method_end = strchr(line, ' ');
    char *version = strrchr(line, ' ');
    if (method_end == NULL || version == method_end || version == method_end + 1) {
        return KDS_BAD_REQUEST;
    }
    *method_end = '\0';
    *version = '\0';
    version++;
    if (strchr(method_end + 1, ' ') != NULL || strncmp(version, "HTTP/", strlen("HTTP/")) != 0) {
        return KDS_BAD_REQUEST;
    }
    if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0) {
        return KDS_VERSION_NOT_SUPPORTED;
    }
    if (strcmp(line, "GET") != 0) {
        return KDS_METHOD_NOT_ALLOWED;
    }
    memcpy(target, method_end + 1, strlen(method_end + 1) + 1);
    return KDS_OK;
}

/* Whether all of a line is visible ASCII, or blanks between it. */
static bool is_text(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)bytes[i] < ' ' || (unsigned char)bytes[i] > '~') {
            return false;
        }
    }
    return true;
}

enum kds_progress kds_read_head(const char *bytes, size_t length, char *target,
                                enum kds_status *status)
{
    static const char end_of_head[] = "\r\n\r\n";
    char line[KDS_HEAD_BYTES_MAX + 1];
    if (memmem(bytes, length, end_of_head, strlen(end_of_head)) == NULL) {
        *status = KDS_TOO_LARGE;
        return length < KDS_HEAD_BYTES_MAX ? KDS_INCOMPLETE : KDS_COMPLETE;
    }
    const char *end = memchr(bytes, '\r', length);
    const size_t line_length = (size_t)(end - bytes);
    *status = KDS_BAD_REQUEST;
    if (end[1] == '\n' && is_text(bytes, line_length)) {
        memcpy(line, bytes, line_length);
        line[line_length] = '\0';
        *status = read_line_of_request(line, target);
    }
    return KDS_COMPLETE;
}
