/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queues of ring-buffer mode (ring.h).
 */
#include "firmware/ring.h"

#include "abi/mailbox.h"
#include "hal/mailbox.h"

static struct {
    bool active;
    bool paused; /**< A command failed; x86 has not cleared it yet. */
    bool interrupt_on_empty;
    struct ring_queue queues[RING_QUEUES];
    uint32_t heads[RING_QUEUES];
    uint32_t tails; /**< RBTail when the last doorbell was taken. */
} ring;

void ring_publish_head(void)
{
    hal_mailbox_write(MAILBOX_RB_HEAD, ring.heads[RING_LOW] |
                                           (ring.heads[RING_HIGH] << MAILBOX_RB_HIGH_SHIFT) |
                                           (ring.paused ? MAILBOX_RB_HEAD_PAUSED : 0));
}

void ring_start(const struct ring_queue queues[RING_QUEUES], bool interrupt_on_empty)
{
    for (uint32_t i = 0; i < RING_QUEUES; i++) {
        ring.queues[i] = queues[i];
        ring.queues[i].commands.holder = HOSTMEM_RING;
        ring.queues[i].statuses.holder = HOSTMEM_RING;
        hostmem_hold(HOSTMEM_RING, &ring.queues[i].commands);
        hostmem_hold(HOSTMEM_RING, &ring.queues[i].statuses);
        ring.heads[i] = 0;
    }
    ring.tails = 0;
    ring.interrupt_on_empty = interrupt_on_empty;
    ring.paused = false;
    ring.active = true;
    hal_mailbox_write(MAILBOX_RB_TAIL, 0);
    ring_publish_head();
}

void ring_stop(void)
{
    hostmem_release(HOSTMEM_RING);
    ring.active = false;
}

bool ring_is_active(void)
{
    return ring.active;
}

void ring_set_paused(bool paused)
{
    ring.paused = paused;
}

bool ring_is_paused(void)
{
    return ring.paused;
}

void ring_set_tails(uint32_t tails)
{
    ring.tails = tails;
}

bool ring_waiting(uint32_t count[RING_QUEUES])
{
    static const uint32_t shifts[RING_QUEUES] = {
        [RING_LOW] = 0, [RING_HIGH] = MAILBOX_RB_HIGH_SHIFT};
    bool possible = true;

    for (uint32_t i = 0; i < RING_QUEUES; i++) {
        const uint32_t tail = (ring.tails >> shifts[i]) & MAILBOX_RB_INDEX_MASK;

        count[i] = (tail - ring.heads[i]) % SEV_RING_ENTRIES;
        possible = possible && tail < SEV_RING_ENTRIES;
    }
    return possible;
}

bool ring_fetch(enum ring_priority priority, struct sev_ring_command *entry)
{
    return hostmem_copy_in(&ring.queues[priority].commands,
                           ring.heads[priority] * (uint32_t)sizeof *entry, entry,
                           sizeof *entry) == SEV_STATUS_SUCCESS;
}

bool ring_complete(enum ring_priority priority, enum sev_status status)
{
    const struct sev_ring_status result = {.status = (uint16_t)status};

    if (hostmem_copy_out(&ring.queues[priority].statuses,
                         ring.heads[priority] * (uint32_t)sizeof result, &result,
                         sizeof result) != SEV_STATUS_SUCCESS) {
        return false;
    }
    ring.heads[priority] = (ring.heads[priority] + 1u) % SEV_RING_ENTRIES;
    return true;
}

bool ring_wants_interrupt(enum ring_priority priority, const uint32_t left[RING_QUEUES])
{
    return left[priority] < ring.queues[priority].threshold ||
           (ring.interrupt_on_empty && left[RING_LOW] + left[RING_HIGH] == 0);
}
