/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to a guest that runs: lines on a unix socket, one client at a time. Each is answered with a line
 * that begins with "ok" or "error".
 */
#ifndef HOST_LINUX_REQUESTS_H
#define HOST_LINUX_REQUESTS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct guest;

struct requests {
    int listener;
    int client; /**< -1: none. */
    char path[PATH_MAX];
    char line[PATH_MAX + 64];
    size_t length;
    char told[256]; /**< The last answer, as much of it as fits. */
};

/** Not open: closing does nothing. */
#define REQUESTS_CLOSED                                                                            \
    {                                                                                              \
        .listener = -1, .client = -1                                                               \
    }

/** @return false with errno set */
bool requests_open(struct requests *requests, const char *path) __attribute__((warn_unused_result));

/** @return what to wait for; -1 = nothing */
int requests_descriptor(const struct requests *requests);

/** Takes a client, or does what it asks for. @return false when the guest cannot go on */
bool requests_serve(struct requests *requests, struct guest *guest)
    __attribute__((warn_unused_result));

void requests_close(struct requests *requests);

#endif
