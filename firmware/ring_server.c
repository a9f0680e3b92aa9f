/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode (ring_server.h). Every entry is read once; its status is in memory before the
 * head moves. The x86 side may look at any time, so that after each single write to a register all
 * of them together must be true: docs/mailbox.md has the order.
 */
#include "firmware/ring_server.h"

#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "firmware/completion.h"
#include "firmware/dispatch.h"
#include "firmware/log.h"
#include "firmware/ring.h"
#include "firmware/status_block.h"
#include "hal/mailbox.h"

/** So often x86 may write RBCtl between our read and our write. */
#define ATTEMPTS 16u

/** Whether RBCtl rings. */
static bool is_doorbell(uint32_t control)
{
    const uint32_t bits = MAILBOX_RB_CTL_DOORBELL | MAILBOX_RB_CTL_ACTIVE;

    return (control & bits) == bits;
}

/** Whether RBCtl holds an ordinary mailbox command. */
static bool is_command(uint32_t control)
{
    return control != 0 && (control & (MAILBOX_RB_CTL_DOORBELL | MAILBOX_RB_CTL_ACTIVE)) == 0;
}

/**
 * Takes a doorbell and the tails that it announces. Once RBCtl says that it is taken, x86 may use
 * RBTail for an address, and believes what RBHead says of a pause: both are dealt with before. That
 * bit 28 stands until then tells this doorbell from an equal one with other tails.
 *
 * A doorbell that x86 writes anew meanwhile is left for the next look.
 */
static void take_doorbell(uint32_t control)
{
    const uint32_t taking = control | MAILBOX_RB_CTL_TAKING;
    uint32_t tails;

    if (!hal_mailbox_replace(MAILBOX_RB_CTL, control, taking)) {
        return;
    }
    tails = hal_mailbox_read(MAILBOX_RB_TAIL);
    if ((control & MAILBOX_RB_CTL_CLEAR) != 0) {
        ring_set_paused(false);
        ring_publish_head();
    }
    if (hal_mailbox_replace(MAILBOX_RB_CTL, taking, MAILBOX_RB_CTL_ACTIVE)) {
        ring_set_tails(tails);
    }
}

/** Stops the queues until x86 clears the pause. */
static void pause(void)
{
    ring_set_paused(true);
    ring_publish_head();
    completion_signal(true);
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
    status_block_served(entry.command_id, *status);
    return ring_complete(priority, *status);
}

/**
 * Tells x86 that a command in a ring has ended the mode. A doorbell that has come since is answered
 * by that as well.
 *
 * @return an ordinary command that has come since: it still belongs to the mode; else 0
 */
static uint32_t end_mode(void)
{
    log_line("ring-buffer mode ended by a command in a ring");
    for (uint32_t i = 0; i < ATTEMPTS; i++) {
        const uint32_t control = hal_mailbox_read(MAILBOX_RB_CTL);

        if (is_command(control)) {
            return control;
        }
        if (hal_mailbox_replace(MAILBOX_CMDRESP, control, MAILBOX_CMDRESP_RESPONSE)) {
            return 0;
        }
    }
    hal_mailbox_write(MAILBOX_CMDRESP, MAILBOX_CMDRESP_RESPONSE);
    return 0;
}

/** Serves one command, the high queue first. @return whether there was one */
static bool serve_one(uint32_t *request)
{
    enum sev_status status = SEV_STATUS_SUCCESS;
    enum ring_priority priority;
    uint32_t count[RING_QUEUES];

    if (ring_is_paused()) {
        return false;
    }
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
        return true;
    }
    ring_publish_head(); /* Not after the end of the mode: then it is the address of a command. */
    if (!ring_is_active()) {
        *request = end_mode();
    }
    count[priority]--;
    if (ring_wants_interrupt(priority, count)) {
        completion_signal(true);
    }
    return true;
}

bool ring_serve(uint32_t *request)
{
    bool worked = false;
    bool served = true;

    *request = 0;
    while (served && ring_is_active()) {
        const uint32_t control = hal_mailbox_read(MAILBOX_RB_CTL);

        if (is_command(control)) {
            *request = control;
            break;
        }
        if ((control & MAILBOX_RB_CTL_ACTIVE) == 0) {
            break; /* An answer stands until x86 has read it and rings. */
        }
        if (is_doorbell(control)) {
            take_doorbell(control);
            worked = true;
        }
        served = serve_one(request);
        worked = worked || served;
    }
    if (worked) {
        completion_signal(false);
    }
    return worked;
}
