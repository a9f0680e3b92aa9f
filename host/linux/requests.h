/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to a guest that runs: lines on a unix socket, one client at a time. A client that says nothing for a while must make room for others.
 */
#ifndef HOST_LINUX_REQUESTS_H
#define HOST_LINUX_REQUESTS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/lib/named_socket.h"
#include "host/linux/asker.h"

#define REQUESTS_SILENCE_MS 10000 /* a person may type */

struct guest;

struct requests {
    struct named_socket place; /**< Its listener is -1: not open. */
    struct asker asker;
    int64_t deadline; /**< When the client's line must be there. */
    char path[PATH_MAX];
    char line[PATH_MAX + 64];
    size_t length;
};

/** Not open: closing does nothing. */
#define REQUESTS_CLOSED                                                                            \
    {                                                                                              \
        .place = {.listener = -1}, .asker = {.client = -1 }                                        \
    }

/**
 * Listens at a socket, as named_socket_listen() does.
 *
 * @return NULL, or why not, in words
 */
const char *requests_open(struct requests *requests, const char *path)
    __attribute__((warn_unused_result));

/** @return what to wait for; -1 = nothing */
int requests_descriptor(const struct requests *requests);

/** @return when requests_expire() must be called, in microseconds as of deadline_now_us() */
int64_t requests_deadline(const struct requests *requests);

/** Hangs up on a client that has not said a line in time. */
void requests_expire(struct requests *requests);

/** Takes a client, or does what it asks for. @return false when the guest cannot go on */
bool requests_serve(struct requests *requests, struct guest *guest)
    __attribute__((warn_unused_result));

/** Removes the socket's name, unless that is another's by now. */
void requests_close(struct requests *requests);

#endif
