/*
 * Ring-buffer mode (ring.h). Every entry is read once; its status is in memory before the head moves.
 */
#include "firmware/ring.h"

#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "abi/sev_data.h"
#include "abi/sev_status.h"
#include "firmware/dispatch.h"
#include "firmware/log.h"
#include "hal/doorbell.h"
#include "hal/mailbox.h"

static struct {
    bool active;
    bool paused; /**< A command failed; x86 has not cleared it yet. */
    bool interrupt_on_empty;
    struct ring_queue queues[RING_QUEUES];
    uint32_t heads[RING_QUEUES];
    uint32_t tails; /**< RBTail when the last doorbell was taken. */
} ring;

/** Publishes both heads and whether the queues stand still. */
static void write_head(void)
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
    write_head();
}

void ring_stop(void)
{
    hostmem_release(HOSTMEM_RING);
    ring.active = false;
}

void ring_publish_head(void)
{
    write_head();
}

bool ring_is_active(void)
{
    return ring.active;
}

/** Interrupts the x86 side. */
static void interrupt(void)
{
    const bool enabled = (hal_mailbox_read(MAILBOX_INTEN) & MAILBOX_INT_COMPLETE) != 0;

    hal_mailbox_write(MAILBOX_INTSTS, hal_mailbox_read(MAILBOX_INTSTS) | MAILBOX_INT_COMPLETE);
    hal_doorbell_ring(enabled ? DOORBELL_COMPLETE | DOORBELL_INTERRUPT : DOORBELL_COMPLETE);
}

/** Stops the queues until x86 clears the interrupt status. */
static void pause(void)
{
    ring.paused = true;
    write_head();
    interrupt();
}

/** Runs the command at the head of a queue. @return false when the ring's memory is gone */
static bool run_one(enum ring_priority priority, enum sev_status *status)
{
    const struct ring_queue *queue = &ring.queues[priority];
    const uint32_t head = ring.heads[priority];
    struct sev_ring_status result = {.status = 0};
    struct sev_ring_command entry;

    if (!hostmem_read(&queue->commands, head * (uint32_t)sizeof entry, &entry, sizeof entry)) {
        return false;
    }
    *status = entry.command_id == SEV_COMMAND_RING_BUFFER
                  ? SEV_STATUS_INVALID_COMMAND
                  : dispatch_command(entry.command_id, entry.command_buffer_paddr);
    result.status = (uint16_t)*status;
    if (!hostmem_write(&queue->statuses, head * (uint32_t)sizeof result, &result, sizeof result)) {
        return false;
    }
    ring.heads[priority] = (head + 1u) % SEV_RING_ENTRIES;
    return true;
}

/** Commands that wait in a queue. @return false for an impossible tail */
static bool waiting(enum ring_priority priority, uint32_t *count)
{
    const uint32_t shift = priority == RING_HIGH ? MAILBOX_RB_HIGH_SHIFT : 0;
    const uint32_t tail = (ring.tails >> shift) & MAILBOX_RB_INDEX_MASK;

    *count = (tail - ring.heads[priority]) % SEV_RING_ENTRIES;
    return tail < SEV_RING_ENTRIES;
}

/**
 * Takes a doorbell, in one step with clearing it, and the tails it announces. Tails count only now:
 * later the register may hold the address of a mailbox command.
 *
 * @return whether RBCtl still held @p control
 */
static bool take_doorbell(uint32_t control)
{
    if (!hal_mailbox_replace(MAILBOX_RB_CTL, control, MAILBOX_RB_CTL_ACTIVE)) {
        return false;
    }
    ring.tails = hal_mailbox_read(MAILBOX_RB_TAIL);
    if ((control & MAILBOX_RB_CTL_CLEAR) != 0) {
        ring.paused = false;
        write_head();
    }
    return true;
}

/** Whether RBCtl rings: a doorbell, not an ordinary command. */
static bool is_doorbell(uint32_t control)
{
    const uint32_t bits = MAILBOX_RB_CTL_DOORBELL | MAILBOX_RB_CTL_ACTIVE;

    return (control & bits) == bits;
}

/** Looks at RBCtl between two commands. @return whether to go on with the queues */
static bool look_at_control(void)
{
    const uint32_t control = hal_mailbox_read(MAILBOX_RB_CTL);

    return is_doorbell(control) ? take_doorbell(control) : control == MAILBOX_RB_CTL_ACTIVE;
}

/** Serves one command, the high queue first. @return whether to go on */
static bool serve_one(void)
{
    enum sev_status status = SEV_STATUS_SUCCESS;
    enum ring_priority priority;
    uint32_t count[RING_QUEUES];
    bool drained;

    if (!waiting(RING_LOW, &count[RING_LOW]) || !waiting(RING_HIGH, &count[RING_HIGH])) {
        pause();
        return false;
    }
    if (count[RING_LOW] + count[RING_HIGH] == 0) {
        return false;
    }
    priority = count[RING_HIGH] != 0 ? RING_HIGH : RING_LOW;
    if (!run_one(priority, &status) || status != SEV_STATUS_SUCCESS) {
        pause();
        return false;
    }
    write_head();
    drained = count[RING_LOW] + count[RING_HIGH] == 1;
    if (count[priority] <= ring.queues[priority].threshold ||
        (drained && ring.interrupt_on_empty)) {
        interrupt();
    }
    return ring.active && look_at_control();
}

bool ring_serve(uint32_t control)
{
    if (!is_doorbell(control)) {
        return false;
    }
    if (!take_doorbell(control)) {
        return true; /* Written again, perhaps with a command: look anew. */
    }
    while (!ring.paused && serve_one()) {
    }
    if (!ring.active &&
        hal_mailbox_replace(MAILBOX_CMDRESP, MAILBOX_RB_CTL_ACTIVE, MAILBOX_CMDRESP_RESPONSE)) {
        log_line("ring-buffer mode ended by a command in a ring");
    }
    hal_doorbell_ring(DOORBELL_COMPLETE);
    return true;
}
