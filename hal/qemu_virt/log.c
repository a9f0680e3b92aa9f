/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: UART0.
 */
#include "hal/log.h"

#include "hal/qemu_virt/board.h"
#include "hal/qemu_virt/pl011.h"

static bool wait_for_room(void)
{
    for (uint32_t i = 0; i < PL011_TRANSMIT_POLLS; i++) {
        if ((mmio_read32(BOARD_UART0 + PL011_FLAG) & PL011_FLAG_TRANSMIT_FULL) == 0) {
            return true;
        }
    }
    return false;
}

void hal_log_write(const char *text, size_t length)
{
    /* Every time, so that a fault's report needs no start function to have run. */
    mmio_write32(BOARD_UART0 + PL011_LINE_CONTROL, PL011_LINE_8_BITS_FIFO);
    mmio_write32(BOARD_UART0 + PL011_CONTROL, PL011_CONTROL_TRANSMIT);

    for (size_t i = 0; i < length && wait_for_room(); i++) {
        mmio_write32(BOARD_UART0 + PL011_DATA, (uint8_t)text[i]);
    }
}
