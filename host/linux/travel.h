/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest takes with it when it leaves a machine: private pages as packets of SEND, shared pages and
 * the state of QEMU as they are.
 */
#ifndef HOST_LINUX_TRAVEL_H
#define HOST_LINUX_TRAVEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/linux/guest.h"
#include "host/linux/progress.h"

/** How it goes, and how it went. */
struct travel_outcome {
    char text[512]; /**< In words. */
    bool lost;      /**< The guest cannot go on where it was. */
    struct progress progress;
};

/** Sets the outcome's text. @return false */
bool travel_fail(struct travel_outcome *outcome, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** A misspelt name must not make directories all the way to a chip. @return whether they are there */
bool travel_has_parent(const char *chip, struct travel_outcome *outcome)
    __attribute__((warn_unused_result));

/** Gets a packet and its guest address. @return a status as of sev.h */
typedef int travel_sink(void *context, const struct sev_sent_packet *packet, uint64_t paddr);

/** Marks all private pages as to be sent. */
void travel_mark_all(struct guest *guest);

/** @return how many private pages are to be sent */
uint64_t travel_count(const struct guest *guest);

/** Sends private pages that are marked, and unmarks them; SEND_START is done. @return a status */
int travel_send(struct guest *guest, travel_sink *sink, void *context)
    __attribute__((warn_unused_result));

/** Before either of what follows: memory that several map is not part of a machine's state. */
bool travel_prepare_machine(struct guest *guest) __attribute__((warn_unused_result));

/** Begins to write the state of a machine that stands still. @return a file without a name, or -1 */
int travel_save_begin(struct guest *guest) __attribute__((warn_unused_result));

/** Begins to read a state, in a machine that waits for it; devices look at shared pages then. */
bool travel_load_begin(struct guest *guest, int file) __attribute__((warn_unused_result));

/** Waits until what has begun has ended. @return false when it has failed */
bool travel_wait(struct guest *guest) __attribute__((warn_unused_result));

/** All of it: the state in a file without a name. @return -1 when that fails */
int travel_save_machine(struct guest *guest) __attribute__((warn_unused_result));

/** All of it: gives a machine that waits for it the state in a file. */
bool travel_load_machine(struct guest *guest, int file) __attribute__((warn_unused_result));

#endif
