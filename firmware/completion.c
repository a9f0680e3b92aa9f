/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How x86 software learns that something is done (completion.h).
 */
#include "firmware/completion.h"

#include <stdint.h>

#include "abi/mailbox.h"
#include "hal/doorbell.h"
#include "hal/mailbox.h"

/** So often x86 may write INTSTS between our read and our write; nobody does it twice by chance. */
#define ATTEMPTS 16u

/** Sets bit 1 of INTSTS. The x86 side clears bits there: what it clears meanwhile stays clear. */
static void set_status(void)
{
    for (uint32_t i = 0; i < ATTEMPTS; i++) {
        const uint32_t value = hal_mailbox_read(MAILBOX_INTSTS);

        if (hal_mailbox_replace(MAILBOX_INTSTS, value, value | MAILBOX_INT_COMPLETE)) {
            return;
        }
    }
    hal_mailbox_write(MAILBOX_INTSTS, MAILBOX_INT_COMPLETE);
}

void completion_signal(bool interrupt)
{
    uint8_t byte = DOORBELL_COMPLETE;

    if (interrupt) {
        set_status();
        /* In this order, whoever allows interrupts and then looks at INTSTS misses none. */
        if ((hal_mailbox_read(MAILBOX_INTEN) & MAILBOX_INT_COMPLETE) != 0) {
            byte |= DOORBELL_INTERRUPT;
        }
    }
    hal_doorbell_ring(byte);
}
