/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailbox: a memory node that x86 software shares.
 */
#include "hal/mailbox.h"

#include "arch/arm/cp15.h"
#include "arch/arm/panic.h"
#include "hal/qemu_virt/board.h"

static uintptr_t address_of(uint32_t offset)
{
    if (offset >= MAILBOX_BAR_BYTES || offset % sizeof(uint32_t) != 0) {
        panic_stop("no such mailbox register");
    }
    return BOARD_MAILBOX + offset;
}

uint32_t hal_mailbox_read(uint32_t offset)
{
    uint32_t value = mmio_read32(address_of(offset));

    barrier_dsb(); /* What the register announces is read after it. */
    return value;
}

void hal_mailbox_write(uint32_t offset, uint32_t value)
{
    barrier_dsb();
    mmio_write32(address_of(offset), value);
    barrier_dsb();
}

bool hal_mailbox_replace(uint32_t offset, uint32_t expected, uint32_t value)
{
    volatile uint32_t *address = (volatile uint32_t *)address_of(offset);
    bool written;

    barrier_dsb();
    written = __atomic_compare_exchange_n(address, &expected, value, false, __ATOMIC_SEQ_CST,
                                          __ATOMIC_SEQ_CST);
    barrier_dsb();
    return written;
}
