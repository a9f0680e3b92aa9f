/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a request is that takes its time: printed, and told to whoever has made it.
 */
#ifndef HOST_LINUX_PROGRESS_H
#define HOST_LINUX_PROGRESS_H

#include <stdint.h>

struct progress {
    /** Hears a line without its end; NULL: nobody does. */
    void (*listener)(void *context, const char *line);
    void *context;
    const char *name; /**< Of the request. */
    uint64_t bytes;   /**< Moved so far, */
    uint64_t all;     /**< of as many. */
    int64_t told;     /**< When that was told last. */
};

/** A step has been done. @param microseconds  that it took; below 0 = not worth telling */
void progress_step(struct progress *progress, const char *outcome, int64_t microseconds,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

/** So many bytes are to be moved. */
void progress_expect(struct progress *progress, uint64_t bytes);

/** Some have been: now and then the listener is told how many. */
void progress_moved(struct progress *progress, uint64_t bytes);

static inline double progress_mib(uint64_t bytes)
{
    return (double)bytes / 1048576;
}

#endif
