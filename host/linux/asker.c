/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whoever has made a request (asker.h).
 */
#include "host/linux/asker.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>

/* Whoever does not read it has had it: nobody waits for a client. */
static void put_line(const struct asker *asker, char text[ASKER_LINE], int length)
{
    if (length >= 0 && asker->client >= 0) {
        length = length < ASKER_LINE - 1 ? length : ASKER_LINE - 2;
        text[length] = '\n';
        ssize_t sent = send(asker->client, text, (size_t)length + 1, MSG_NOSIGNAL);
        (void)sent;
    }
}

void asker_tell(const struct asker *asker, const char *format, ...)
{
    char text[ASKER_LINE];
    va_list arguments;
    va_start(arguments, format);
    put_line(asker, text, vsnprintf(text, sizeof text, format, arguments));
    va_end(arguments);
}

void asker_answer(struct asker *asker, const char *format, ...)
{
    char text[ASKER_LINE];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)snprintf(asker->told, sizeof asker->told, "%.*s", (int)sizeof asker->told - 1, text);
    put_line(asker, text, length);
}
