/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trace (trace.h).
 */
#include "host/emulator/trace.h"

#include <inttypes.h>
#include <stdarg.h>

#include "host/lib/deadline.h"
#include "host/lib/sev.h"

bool trace_open(struct trace *trace, const char *path)
{
    trace->started = deadline_now_us();
    trace->file = path != NULL ? fopen(path, "we") : NULL;
    return path == NULL || trace->file != NULL;
}

bool trace_close(struct trace *trace)
{
    FILE *file = trace->file;
    trace->file = NULL;
    if (file == NULL) {
        return true;
    }
    const bool good = ferror(file) == 0;
    return fclose(file) == 0 && good;
}

static void line(struct trace *trace, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void line(struct trace *trace, const char *event, const char *format, ...)
{
    va_list arguments;
    (void)fprintf(trace->file, "{\"us\":%" PRId64 ",\"event\":\"%s\",",
                  deadline_now_us() - trace->started, event);
    va_start(arguments, format);
    (void)vfprintf(trace->file, format, arguments);
    va_end(arguments);
    (void)fputs("}\n", trace->file);
}

void trace_command(struct trace *trace, uint32_t id, int result, int64_t microseconds)
{
    if (trace->file != NULL) {
        line(trace, "command",
             "\"id\":%" PRIu32 ",\"name\":\"%s\",\"result\":%d,\"text\":\"%s\",\"took\":%" PRId64,
             id, sev_command_name(id), result, sev_result_text(result), microseconds);
    }
    if (trace->listener.command != NULL) {
        trace->listener.command(trace->listener.context, id, result,
                                deadline_now_us() - microseconds, microseconds);
    }
}

void trace_exit(struct trace *trace, uint32_t core, const struct cpu_exit *exit, uint64_t ghcb)
{
    if (trace->file != NULL) {
        line(trace, "exit",
             "\"core\":%" PRIu32 ",\"code\":\"%#" PRIx64 "\",\"name\":\"%s\",\"info1\":\"%#" PRIx64
             "\",\"info2\":\"%#" PRIx64 "\",\"ghcb\":\"%#" PRIx64 "\"",
             core, exit->code, cpu_exit_name(exit->code), exit->info1, exit->info2, ghcb);
    }
    if (trace->listener.exit != NULL) {
        trace->listener.exit(trace->listener.context, exit->code);
    }
}

void trace_fill(struct trace *trace, uint32_t core, uint64_t linear, enum x86_rmp_access access,
                const struct x86_translation *translation)
{
    static const char *const names[] = {"read", "write", "fetch"};
    if (trace->file != NULL) {
        line(trace, "fill",
             "\"core\":%" PRIu32 ",\"linear\":\"%#" PRIx64
             "\",\"access\":\"%s\",\"gpa\":\"%#" PRIx64 "\",\"spa\":\"%#" PRIx64
             "\",\"key\":%" PRId32,
             core, linear, names[access], translation->gpa, translation->spa,
             (int32_t)translation->key);
    }
}

void trace_exception(struct trace *trace, uint32_t core, uint8_t vector, uint64_t error)
{
    if (trace->file != NULL) {
        line(trace, "exception", "\"core\":%" PRIu32 ",\"vector\":%u,\"error\":\"%#" PRIx64 "\"",
             core, vector, error);
    }
}

void trace_flush(struct trace *trace, const char *how, uint64_t address)
{
    if (trace->file != NULL && address != UINT64_MAX) {
        line(trace, "flush", "\"how\":\"%s\",\"spa\":\"%#" PRIx64 "\"", how, address);
    } else if (trace->file != NULL) {
        line(trace, "flush", "\"how\":\"%s\"", how);
    }
}

void trace_note(struct trace *trace, const char *what, const char *text)
{
    if (trace->file != NULL) {
        line(trace, "note", "\"what\":\"%s\",\"text\":\"%s\"", what, text);
    }
}
