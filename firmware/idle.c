/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long the firmware sleeps (idle.h). A client writes CmdResp first and rings then, and a look may
 * come between the two: so bytes are counted against requests, and not only looked for.
 */
#include "firmware/idle.h"

#include "hal/timer.h"

void idle_note(struct idle *idle, uint32_t bytes, bool requested)
{
    if (requested && bytes == 0) {
        idle->owed += idle->owed != UINT32_MAX ? 1 : 0;
        idle->owed_at = hal_timer_microseconds();
        idle->rung = false;
        return;
    }
    if (requested) {
        bytes--; /* One of them is this request's, or will be when an owed one has come. */
        idle->rung = true;
    }
    if (bytes > 0 && idle->owed > 0) {
        idle->owed -= bytes < idle->owed ? bytes : idle->owed;
        idle->rung = true;
    }
}

uint32_t idle_sleep_ms(struct idle *idle)
{
    if (idle->owed > 0 && idle->rung &&
        hal_timer_microseconds() - idle->owed_at >= IDLE_MEMORY_US) {
        idle->owed = 0;
    }
    return idle->rung && idle->owed == 0 ? IDLE_LONG_MS : IDLE_SHORT_MS;
}
