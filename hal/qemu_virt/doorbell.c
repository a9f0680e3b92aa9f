/*
 * The doorbell: the secure UART.
 */
#include "hal/doorbell.h"

#include "boot/common/cp15.h"
#include "hal/qemu_virt/board.h"
#include "hal/qemu_virt/pl011.h"

#define REGISTER(name) (BOARD_SECURE_UART + PL011_##name)
#define DRAIN_MAX 65536u /* A host that never stops sending does not keep us from working. */

/*
 * When the physical and the virtual timer go off, in ticks: they take turns. An idle board is woken
 * by one while the other is set already, and QEMU need not look for its next timer at once.
 */
#define ALARMS 2u
static uint64_t alarms[ALARMS];

static void set_alarm(uint32_t index, uint64_t ticks)
{
    alarms[index] = ticks;
    if (index == 0) {
        cp15_write_cntp_cval(ticks);
        cp15_write_cntp_ctl(1);
    } else {
        cp15_write_cntv_cval(ticks);
        cp15_write_cntv_ctl(1);
    }
}

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
    uint64_t period = board_timer_ticks((uint64_t)timeout_ms * 1000);

    /* Alarms that go off soon enough stay: to set one takes longer than all the rest of a NOP. */
    for (uint32_t i = 0; i < ALARMS; i++) {
        uint64_t other = alarms[1 - i];
        uint64_t last = other > now && other <= now + period ? other : now;

        if (alarms[i] <= now || alarms[i] > last + period) {
            set_alarm(i, last + period);
        }
    }
    /* All interrupts are level-sensitive: they end with their cause, none is acknowledged. */
    while (!has_byte() && now < alarms[0] && now < alarms[1]) {
        wait_for_interrupt();
        now = cp15_read_cntpct();
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
