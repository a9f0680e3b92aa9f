/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries text to somebody who may not read it for a long time: nothing here waits.
 */
#ifndef HOST_LINUX_RELAY_H
#define HOST_LINUX_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct relay {
    int to; /**< -1: nobody. */
    bool is_ours;
    bool is_socket;
    bool may_block; /**< It can only be asked beforehand whether it takes something. */
    char text[4096];
    size_t length;
    size_t sent; /**< Of it. */
};

/** @param to  stays open, and blocks or not as it did, for whoever else has it */
void relay_open(struct relay *relay, int to);

/** Somebody else gets what has not been sent yet, and what comes. */
void relay_turn(struct relay *relay, int to);

/** @return whether all has been sent, so that there is room */
static inline bool relay_is_free(const struct relay *relay)
{
    return relay->length == 0;
}

/** @return where to wait for POLLOUT, then to call relay_push(); -1 = nowhere */
static inline int relay_descriptor(const struct relay *relay)
{
    return relay_is_free(relay) ? -1 : relay->to;
}

/**
 * Reads into a relay that is free.
 *
 * @param from  has something to read, or its end
 * @return bytes in relay->text, to be pushed; 0 or less at the end
 */
ssize_t relay_fill(struct relay *relay, int from);

/** Sends what is taken without waiting. What nobody will ever read is dropped. */
void relay_push(struct relay *relay);

void relay_close(struct relay *relay);

#endif
