/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trace: a line of JSON for everything that happens (docs/running-guests.md, "The trace").
 */
#ifndef HOST_EMULATOR_TRACE_H
#define HOST_EMULATOR_TRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "host/emulator/cpu.h"

/** Somebody else who wants to know. Functions may be NULL. */
struct trace_listener {
    /** @param started  deadline_now_us() before it */
    void (*command)(void *context, uint32_t id, int result, int64_t started, int64_t microseconds);
    void (*exit)(void *context, uint64_t code);
    void *context;
};

struct trace {
    FILE *file; /**< NULL: nothing is written. */
    int64_t started;
    struct trace_listener listener; /**< trace_open() leaves it as it is. */
};

/** Starts a trace. @param path  NULL: none. @return false when the file cannot be made */
bool trace_open(struct trace *trace, const char *path) __attribute__((warn_unused_result));

/** Ends it. @return false when something could not be written */
bool trace_close(struct trace *trace) __attribute__((warn_unused_result));

/** A command of the firmware has ended. */
void trace_command(struct trace *trace, uint32_t id, int result, int64_t microseconds);

/** A guest was left. @param ghcb  the exit that its GHCB asks for, else 0 */
void trace_exit(struct trace *trace, uint32_t core, const struct cpu_exit *exit, uint64_t ghcb);

/** A page was filled for a core. */
void trace_fill(struct trace *trace, uint32_t core, uint64_t linear, enum x86_rmp_access access,
                const struct x86_translation *translation);

/** An exception was raised. */
void trace_exception(struct trace *trace, uint32_t core, uint8_t vector, uint64_t error);

/** Lines of the caches were flushed. @param address  of them; UINT64_MAX: all */
void trace_flush(struct trace *trace, const char *how, uint64_t address);

/** Something of the life of a guest. @param text  without quotes and backslashes */
void trace_note(struct trace *trace, const char *what, const char *text);

#endif
