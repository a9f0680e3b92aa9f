/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chooses what this firmware does: 0 = test hal/, 1 = serve the doorbell, 2 = measure, from 16 on =
 * commit a fault.
 */
#include <stdint.h>

#include "abi/mailbox.h"
#include "arch/arm/fault.h"
#include "arch/arm/print.h"
#include "boot/firmware/boot.h"
#include "hal/log.h"
#include "hal/mailbox.h"
#include "hal/system.h"
#include "hal/timer.h"
#include "tests/boot/device/measure.h"
#include "tests/boot/device/test.h"

#define CHOICE_HAL 0u
#define CHOICE_DOORBELL 1u
#define CHOICE_MEASURE 2u
#define CHOICE_ATOMIC 3u
#define CHOICE_FAULT 16u

/* No secrets here: a fault shows all it knows. */
const bool fault_prints_registers = true;

void test_report(const char *name, bool passed)
{
    print_text(passed ? "ok " : "FAIL ");
    print_text(name);
    print_text("\n");
}

static void test_hal(void)
{
    test_report("boot ROM version", hal_mailbox_read(MAILBOX_BOOTLOADER) == 0x00010000u);
    test_fuses();
    test_entropy();
    test_timer();
    test_shared();
    test_dram();
    test_flash();
    test_sha512();
    test_cipher();
}

_Noreturn void firmware_main(void)
{
    uint32_t choice = hal_mailbox_read(MAILBOX_CMDBUF_LO);
    const char *missing;

    print_text("test firmware: entered after ");
    print_decimal((uint32_t)hal_timer_microseconds());
    print_text(" us\n");
    missing = hal_system_start();
    if (missing != NULL) {
        print_text("test firmware: no ");
        print_text(missing);
        print_text("\n");
        hal_power_off();
    }
    if (choice == CHOICE_HAL) {
        test_hal();
    } else if (choice == CHOICE_DOORBELL) {
        test_doorbell();
    } else if (choice == CHOICE_MEASURE) {
        measure();
    } else if (choice == CHOICE_ATOMIC) {
        test_atomic();
    } else {
        test_fault(choice - CHOICE_FAULT);
    }
    print_text("test firmware: done\n");
    hal_power_off();
}
