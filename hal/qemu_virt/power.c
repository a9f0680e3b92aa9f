/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power-off: pin 0 of the secure PL061 GPIO controller. Every way out leads through here, faults and
 * the boot ROM's refusals too: no key stays in the fabric.
 */
#include "arch/arm/cp15.h"
#include "hal/fabric.h"
#include "hal/qemu_virt/board.h"
#include "hal/system.h"

#define PIN_POWER_OFF (1u << 0)
#define GPIO_DATA(pins) ((pins) << 2) /* The address selects the pins that are written. */
#define GPIO_DIRECTION 0x400u

_Noreturn void hal_power_off(void)
{
    static bool tried;

    /* A fault in here leads here again. */
    if (!tried) {
        tried = true;
        hal_fabric_withdraw();
    }
    mmio_write32(BOARD_SECURE_GPIO + GPIO_DIRECTION, PIN_POWER_OFF);
    mmio_write32(BOARD_SECURE_GPIO + GPIO_DATA(PIN_POWER_OFF), 0);
    mmio_write32(BOARD_SECURE_GPIO + GPIO_DATA(PIN_POWER_OFF), PIN_POWER_OFF);
    for (;;) {
        wait_for_interrupt();
    }
}
