/*
 * Ring-buffer mode (section 1.7): commands come from two queues in host memory instead of one at a
 * time through the mailbox. The three mailbox registers change their meaning: docs/mailbox.md.
 */
#ifndef FIRMWARE_RING_H
#define FIRMWARE_RING_H

#include <stdbool.h>
#include <stdint.h>

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

/** Writes RBHead again: a refused mailbox command has put its address there. */
void ring_publish_head(void);

/**
 * Serves the queues after the x86 side has written RBCtl: until they are empty, a command fails, the
 * mode ends, or an ordinary mailbox command arrives.
 *
 * @param control  RBCtl as read
 * @return whether the doorbell bit was set
 */
bool ring_serve(uint32_t control);

#endif
