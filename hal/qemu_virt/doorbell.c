/*
 * The doorbell: the secure UART.
 */
#include "hal/doorbell.h"

#include "boot/common/cp15.h"
#include "hal/qemu_virt/board.h"
#include "hal/qemu_virt/pl011.h"

#define REGISTER(name) (BOARD_SECURE_UART + PL011_##name)
#define DRAIN_MAX 65536u /* A host that never stops sending does not keep us from working. */

static uint64_t alarm; /* When the timer goes off, in its ticks. */

static bool has_byte(void)
{
    return (mmio_read32(REGISTER(FLAG)) & PL011_FLAG_RECEIVE_EMPTY) == 0;
}

bool board_doorbell_start(void)
{
    mmio_write32(REGISTER(LINE_CONTROL), PL011_LINE_8_BITS_FIFO);
    mmio_write32(REGISTER(CONTROL), PL011_CONTROL_BOTH);
    mmio_write32(REGISTER(INTERRUPT_CLEAR), PL011_INTERRUPT_ALL);
    mmio_write32(REGISTER(INTERRUPT_MASK), PL011_INTERRUPT_RECEIVE);
    board_interrupt_enable(BOARD_INTERRUPT_SECURE_UART);
    return mmio_read32(REGISTER(CONTROL)) == PL011_CONTROL_BOTH;
}

void hal_doorbell_drain(void)
{
    /* In this order: cleared after the drain, the interrupt of a byte between the two is lost. */
    mmio_write32(REGISTER(INTERRUPT_CLEAR), PL011_INTERRUPT_ALL);
    for (uint32_t i = 0; i < DRAIN_MAX && has_byte(); i++) {
        (void)mmio_read32(REGISTER(DATA));
    }
}

void hal_doorbell_wait(uint32_t timeout_ms)
{
    uint64_t now = cp15_read_cntpct();
    uint64_t end = now + board_timer_ticks((uint64_t)timeout_ms * 1000);

    /* An alarm that goes off soon enough stays: to set it takes longer than all the rest of a NOP. */
    if (alarm <= now || alarm > end) {
        alarm = end;
        cp15_write_cntp_cval(alarm);
        cp15_write_cntp_ctl(1);
    }
    /* Both interrupts are level-sensitive: they end with their cause, none is acknowledged. */
    while (!has_byte() && cp15_read_cntpct() < alarm) {
        wait_for_interrupt();
    }
}

void hal_doorbell_ring(uint8_t value)
{
    for (uint32_t i = 0; i < PL011_TRANSMIT_POLLS; i++) {
        if ((mmio_read32(REGISTER(FLAG)) & PL011_FLAG_TRANSMIT_FULL) == 0) {
            mmio_write32(REGISTER(DATA), value);
            return;
        }
    }
}
