/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's side of the doorbell test: a command is a nonzero CmdResp without its response bit.
 */
#include "abi/mailbox.h"
#include "arch/arm/print.h"
#include "hal/doorbell.h"
#include "hal/mailbox.h"
#include "tests/boot/device/test.h"

#define STOP 0x7FFFFFFFu
#define PATIENCE_MS 20000u /* Far longer than a command takes to come: a lost byte is noticed. */

void test_doorbell(void)
{
    uint32_t answered = 0;
    uint32_t command = 0;

    test_report("doorbell served", true);
    while (command != STOP) {
        (void)hal_doorbell_drain();
        command = hal_mailbox_read(MAILBOX_CMDRESP);
        if (command == 0 || (command & MAILBOX_CMDRESP_RESPONSE) != 0) {
            hal_doorbell_wait(PATIENCE_MS);
            continue;
        }
        hal_mailbox_write(MAILBOX_CMDRESP, command | MAILBOX_CMDRESP_RESPONSE);
        hal_doorbell_ring(DOORBELL_COMPLETE);
        answered++;
    }
    print_text("commands answered: ");
    print_decimal(answered);
    print_text("\n");
}
