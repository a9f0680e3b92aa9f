/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's side of the test of atomic steps: adds to a word that a program on Linux adds to at
 * the same time (tests/boot/atomic_client.c).
 */
#include "abi/mailbox.h"
#include "arch/arm/print.h"
#include "hal/dram.h"
#include "hal/mailbox.h"
#include "hal/timer.h"
#include "tests/boot/device/test.h"

#define WORD 0x1008u      /* Of DRAM. */
#define ADDITIONS 500000u /* Of each half: DRAM word and mailbox register. */
#define PATIENCE_US 20000000u

static uint32_t add_to_dram(void)
{
    uint64_t seen = hal_dram_load(WORD);
    uint32_t lost = 0;

    for (uint32_t i = 0; i < ADDITIONS; i++) {
        while (!hal_dram_replace(WORD, &seen, seen + 1)) {
            lost++;
        }
        seen++;
    }
    return lost;
}

static uint32_t add_to_mailbox(void)
{
    uint32_t lost = 0;

    for (uint32_t i = 0; i < ADDITIONS; i++) {
        uint32_t seen = hal_mailbox_read(MAILBOX_RB_TAIL);

        while (!hal_mailbox_replace(MAILBOX_RB_TAIL, seen, seen + 1)) {
            lost++;
            seen = hal_mailbox_read(MAILBOX_RB_TAIL);
        }
    }
    return lost;
}

void test_atomic(void)
{
    const uint64_t end = hal_timer_microseconds() + PATIENCE_US;
    uint32_t lost;

    hal_mailbox_write(MAILBOX_FEATURE, 1);
    while (hal_mailbox_read(MAILBOX_INTEN) == 0 && hal_timer_microseconds() < end) {
        /* The other side says when it has begun. */
    }
    lost = add_to_dram();
    hal_mailbox_write(MAILBOX_FEATURE, 2);
    lost += add_to_mailbox();
    hal_mailbox_write(MAILBOX_CMDRESP, ADDITIONS);
    hal_mailbox_write(MAILBOX_FEATURE, 3);
    print_text("atomic: the other side came first ");
    print_decimal(lost);
    print_text(" times\n");
}
