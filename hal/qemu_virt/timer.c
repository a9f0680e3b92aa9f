/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time: the system counter, and the alarms that end a sleep.
 */
#include "hal/timer.h"

#include "arch/arm/cp15.h"
#include "hal/qemu_virt/board.h"

#define MICROSECONDS 1000000u

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

void board_alarm_clear(void)
{
    cp15_write_cntp_ctl(0);
    cp15_write_cntv_ctl(0);
    for (uint32_t i = 0; i < ALARMS; i++) {
        alarms[i] = 0;
    }
}

bool board_timer_start(void)
{
    board_alarm_clear();
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
    uint64_t ticks = cp15_read_cntpct();

    /* Whole seconds apart, so that nothing overflows. */
    return ticks / frequency * MICROSECONDS + ticks % frequency * MICROSECONDS / frequency;
}

void board_alarm_set(uint64_t microseconds)
{
    const uint64_t now = cp15_read_cntpct();
    const uint64_t period = board_timer_ticks(microseconds);

    /* Alarms that go off soon enough stay: to set one takes longer than all the rest of a NOP. */
    for (uint32_t i = 0; i < ALARMS; i++) {
        const uint64_t other = alarms[1 - i];
        const uint64_t last = other > now && other <= now + period ? other : now;

        if (alarms[i] <= now || alarms[i] > last + period) {
            set_alarm(i, last + period);
        }
    }
}

bool board_alarm_went_off(void)
{
    const uint64_t now = cp15_read_cntpct();

    return now >= alarms[0] || now >= alarms[1];
}
