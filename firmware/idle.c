/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long the firmware sleeps (idle.h).
 */
#include "firmware/idle.h"

#include "hal/timer.h"

static void note_unrung(struct idle *idle)
{
    idle->remembers_other = idle->remembers;
    idle->other_at = idle->unrung_at;
    idle->remembers = true;
    idle->unrung_at = hal_timer_microseconds();
    idle->rung = false;
}

/** The look came between the client's request and its byte: the request was no unrung one. */
static void take_back(struct idle *idle)
{
    idle->remembers = idle->remembers_other;
    idle->unrung_at = idle->other_at;
    idle->remembers_other = false;
    idle->rung = true;
}

void idle_note(struct idle *idle, bool rang, bool requested)
{
    if (requested && rang) {
        idle->rung = true;
    } else if (requested) {
        note_unrung(idle);
    } else if (rang && !idle->rung && idle->remembers) {
        take_back(idle);
    }
}

uint32_t idle_sleep_ms(struct idle *idle)
{
    if (idle->remembers && hal_timer_microseconds() - idle->unrung_at >= IDLE_MEMORY_US) {
        idle->remembers_other = false;
        idle->remembers = false;
    }
    return idle->rung && !idle->remembers ? IDLE_LONG_MS : IDLE_SHORT_MS;
}
