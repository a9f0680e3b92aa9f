/*
 * Time: the system counter.
 */
#include "hal/timer.h"

#include "arch/arm/cp15.h"
#include "hal/qemu_virt/board.h"

#define MICROSECONDS 1000000u

/** The counter goes on over resets and updates: this is where it stood at the start. */
static uint64_t started;

bool board_timer_start(void)
{
    started = cp15_read_cntpct();
    cp15_write_cntp_ctl(0);
    board_interrupt_enable(BOARD_INTERRUPT_TIMER);
    board_interrupt_enable(BOARD_INTERRUPT_VIRTUAL_TIMER);
    return cp15_read_cntfrq() >= MICROSECONDS;
}

uint64_t board_timer_ticks(uint64_t microseconds)
{
    uint32_t frequency = cp15_read_cntfrq();

    return microseconds / MICROSECONDS * frequency +
           microseconds % MICROSECONDS * frequency / MICROSECONDS + 1;
}

uint64_t hal_timer_microseconds(void)
{
    uint32_t frequency = cp15_read_cntfrq();
    uint64_t ticks = cp15_read_cntpct() - started;

    /* Whole seconds apart, so that nothing overflows. */
    return ticks / frequency * MICROSECONDS + ticks % frequency * MICROSECONDS / frequency;
}
