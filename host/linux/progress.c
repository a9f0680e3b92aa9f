/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a request is (progress.h).
 */
#include "host/linux/progress.h"

#include <stdarg.h>
#include <stdio.h>

#include "host/demo/show.h"
#include "host/lib/deadline.h"

#define OFTEN_US 2000000

static void tell(const struct progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void tell(const struct progress *progress, const char *format, ...)
{
    char line[512];
    va_list arguments;
    if (progress->listener != NULL) {
        va_start(arguments, format);
        (void)vsnprintf(line, sizeof line, format, arguments);
        va_end(arguments);
        progress->listener(progress->context, line);
    }
}

void progress_step(struct progress *progress, const char *outcome, int64_t microseconds,
                   const char *format, ...)
{
    char text[384];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    show_step(progress->name, outcome, microseconds, "%s", text);
    if (microseconds >= 0) {
        tell(progress, "%s, %.2f s: %s", outcome, (double)microseconds / 1e6, text);
    } else {
        tell(progress, "%s: %s", outcome, text);
    }
}

void progress_expect(struct progress *progress, uint64_t bytes)
{
    progress->bytes = 0;
    progress->all = bytes;
    progress->told = deadline_now_us();
}

void progress_moved(struct progress *progress, uint64_t bytes)
{
    progress->bytes += bytes;
    if (deadline_now_us() - progress->told >= OFTEN_US) {
        progress->told = deadline_now_us();
        tell(progress, "%.0f of %.0f MiB", progress_mib(progress->bytes),
             progress_mib(progress->all));
    }
}
