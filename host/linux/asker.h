/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whoever has made a request: it is answered with a line that begins with "ok" or "error". Before it there
 * may be others: what help lists, which begins with a space, and how far a request is that takes its time,
 * ASKER_PROGRESS.
 */
#ifndef HOST_LINUX_ASKER_H
#define HOST_LINUX_ASKER_H

#define ASKER_LINE 1024
#define ASKER_PROGRESS "... "

struct asker {
    int client;     /**< A socket that does not block; -1: none. */
    char told[256]; /**< The last answer, as much of it as fits. */
};

/** A line before the answer. */
void asker_tell(const struct asker *asker, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The answer; it begins with "ok" or "error". */
void asker_answer(struct asker *asker, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
