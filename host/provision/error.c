/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sentences about what went wrong in the chip factory.
 */
#include "host/provision/error.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A sentence that does not fit is cut; that is no error of its own. */
static void append_reason(struct provision_error *error, const char *reason)
{
    const size_t length = strlen(error->text);
    (void)snprintf(error->text + length, sizeof error->text - length, ": %s", reason);
}

bool provision_fail(struct provision_error *error, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    return false;
}

bool provision_fail_errno(struct provision_error *error, const char *format, ...)
{
    const char *reason = strerror(errno);
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    append_reason(error, reason);
    return false;
}

bool provision_fail_openssl(struct provision_error *error, const char *format, ...)
{
    char reason[256] = "OpenSSL gave no reason";
    const unsigned long code = ERR_peek_last_error();
    if (code != 0) {
        ERR_error_string_n(code, reason, sizeof reason);
    }
    ERR_clear_error();
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    append_reason(error, reason);
    return false;
}
