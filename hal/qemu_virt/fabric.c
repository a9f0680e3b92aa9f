/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fabric: a memory node that the emulator's hardware model shares.
 */
#include "hal/fabric.h"

#include "arch/arm/cp15.h"
#include "arch/arm/panic.h"
#include "hal/qemu_virt/board.h"
#include "hal/shared/fabric_withdraw.h"

static void *address_of(uint32_t offset, size_t length)
{
    if (offset > FABRIC_FILE_BYTES || length > FABRIC_FILE_BYTES - offset) {
        panic_stop("fabric access out of range");
    }
    return (void *)(BOARD_FABRIC + offset);
}

void hal_fabric_read(uint32_t offset, void *buffer, size_t length)
{
    barrier_dsb();
    board_copy(buffer, address_of(offset, length), length);
    barrier_dsb();
}

void hal_fabric_write(uint32_t offset, const void *buffer, size_t length)
{
    barrier_dsb();
    board_copy(address_of(offset, length), buffer, length);
    barrier_dsb();
}

void hal_fabric_withdraw(void)
{
    barrier_dsb();
    fabric_withdraw((volatile uint8_t *)BOARD_FABRIC);
    barrier_dsb();
}
