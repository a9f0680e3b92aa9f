/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queues of ring-buffer mode (section 1.7): their pages, heads, tails and whether they stand
 * still, and the head register. What serves them is ring_server.h.
 */
#ifndef FIRMWARE_RING_H
#define FIRMWARE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_data.h"
#include "abi/sev_status.h"
#include "firmware/hostmem.h"

enum ring_priority {
    RING_LOW,
    RING_HIGH,
    RING_QUEUES,
};

/** One queue as RING_BUFFER describes it. */
struct ring_queue {
    struct hostmem_range commands; /**< 256 struct sev_ring_command. */
    struct hostmem_range statuses; /**< 256 struct sev_ring_status. */
    uint32_t threshold;            /**< Interrupt when fewer commands are left; 0 = never. */
};

/**
 * Enters ring-buffer mode with both queues empty. The rings' pages are the firmware's from now on.
 *
 * @param interrupt_on_empty  whether emptying both queues interrupts
 */
void ring_start(const struct ring_queue queues[RING_QUEUES], bool interrupt_on_empty);

/** Leaves ring-buffer mode, if it is on, and gives the pages back. */
void ring_stop(void);

bool ring_is_active(void);

/** Writes RBHead: both heads, and whether the queues stand still. */
void ring_publish_head(void);

/** Has the queues stand still, or go on. RBHead says so after ring_publish_head(). */
void ring_set_paused(bool paused);

bool ring_is_paused(void);

/** Takes note of how far x86 has filled the queues. @param tails  RBTail */
void ring_set_tails(uint32_t tails);

/**
 * @param[out] count  commands that wait in each queue
 * @return false for an impossible tail
 */
CRYPTO_CHECKED bool ring_waiting(uint32_t count[RING_QUEUES]);

/**
 * Reads the entry at the head of a queue, once.
 *
 * @return false when the ring's memory is gone, for whatever reason, since there is no place left to
 *         tell it; @p entry is then zeroed
 */
CRYPTO_CHECKED bool ring_fetch(enum ring_priority priority, struct sev_ring_command *entry);

/**
 * Writes the status of the entry at the head of a queue, and moves the head.
 *
 * @return false when the ring's memory is gone, as above; the head then stays
 */
CRYPTO_CHECKED bool ring_complete(enum ring_priority priority, enum sev_status status);

/**
 * Whether x86 wants an interrupt for a command that succeeded.
 *
 * @param priority  of the queue it was taken from
 * @param left      commands that wait in each queue after it
 */
bool ring_wants_interrupt(enum ring_priority priority, const uint32_t left[RING_QUEUES]);

#endif
