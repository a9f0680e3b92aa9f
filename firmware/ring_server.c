/*
 * Ring-buffer mode (ring_server.h). Every entry is read once; its status is in memory before the
 * head moves.
 */
#include "firmware/ring_server.h"

#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "firmware/dispatch.h"
#include "firmware/log.h"
#include "firmware/ring.h"
#include "hal/doorbell.h"
#include "hal/mailbox.h"

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
    ring_set_paused(true);
    ring_publish_head();
    interrupt();
}

/** Runs the command at the head of a queue. @return false when the ring's memory is gone */
static bool run_one(enum ring_priority priority, enum sev_status *status)
{
    struct sev_ring_command entry;

    if (!ring_fetch(priority, &entry)) {
        return false;
    }
    *status = entry.command_id == SEV_COMMAND_RING_BUFFER
                  ? SEV_STATUS_INVALID_COMMAND
                  : dispatch_command(entry.command_id, entry.command_buffer_paddr);
    return ring_complete(priority, *status);
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
    ring_set_tails(hal_mailbox_read(MAILBOX_RB_TAIL));
    if ((control & MAILBOX_RB_CTL_CLEAR) != 0) {
        ring_set_paused(false);
        ring_publish_head();
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

    if (!ring_waiting(count)) {
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
    ring_publish_head();
    count[priority]--;
    if (ring_wants_interrupt(priority, count)) {
        interrupt();
    }
    return ring_is_active() && look_at_control();
}

bool ring_serve(uint32_t control)
{
    if (!is_doorbell(control)) {
        return false;
    }
    if (!take_doorbell(control)) {
        return true; /* Written again, perhaps with a command: look anew. */
    }
    while (!ring_is_paused() && serve_one()) {
    }
    if (!ring_is_active() &&
        hal_mailbox_replace(MAILBOX_CMDRESP, MAILBOX_RB_CTL_ACTIVE, MAILBOX_CMDRESP_RESPONSE)) {
        log_line("ring-buffer mode ended by a command in a ring");
    }
    hal_doorbell_ring(DOORBELL_COMPLETE);
    return true;
}
