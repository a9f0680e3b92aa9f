/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory over time, as the host sees it: how many pages hold ciphertext, are shared, or were never
 * written, and how many have changed. However long a guest runs, there are as many samples at most:
 * when there is no more room each two of them become one.
 */
#ifndef HOST_REPORT_HISTORY_H
#define HOST_REPORT_HISTORY_H

#include <stdint.h>
#include <stdio.h>

#define HISTORY_SAMPLES 256u /* an even number */
#define HISTORY_MARKS 32u

/** Pages at a moment, and what has happened since the moment before. */
struct history_sample {
    int64_t at; /**< deadline_now_us() */
    uint64_t ciphertext, shared, empty;
    uint64_t written;    /**< Pages encrypted into DRAM. */
    uint64_t taken_over; /**< Pages that somebody else had changed there. */
};

/** A moment with a name. */
struct history_mark {
    int64_t at;
    const char *name;
};

struct history {
    struct history_sample samples[HISTORY_SAMPLES];
    uint32_t count;
    uint32_t merged;     /**< So many moments are one sample, but for the last one. */
    uint32_t last_holds; /**< So many the last one is. */
    struct history_mark marks[HISTORY_MARKS];
    uint32_t mark_count; /**< Further marks are not kept. */
};

/** Adds a moment. */
void history_add(struct history *history, const struct history_sample *sample);

/** Something happens. @param name  a constant */
void history_mark(struct history *history, int64_t at, const char *name);

/** Draws it, and says it in words. @param origin  deadline_now_us() from which times count */
void history_draw(const struct history *history, int64_t origin, FILE *file);

#endif
