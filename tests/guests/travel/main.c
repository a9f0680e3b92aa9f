/* SPDX-License-Identifier: Apache-2.0 */
/*
 * travel: fills memory, pauses, and goes on with the next instruction, wherever it is then. Whoever runs
 * it moves it to another machine meanwhile, or looks at its memory.
 */
#include "tests/guests/lib/guest.h"

#define PAGES 64u
#define MULTIPLIER 0x9E3779B97F4A7C15ull
#define MARK 0x4C45564152544C49ull
#define CHANGED 0x1234567890ABCDEFull

static uint64_t *pages[PAGES];

/* At a place that is known from outside: the first word of the first free page. */
static volatile uint64_t *mark;

static bool is_whole(void)
{
    for (uint32_t i = 0; i < PAGES; i++) {
        for (uint32_t j = 1; j < GUEST_PAGE_BYTES / sizeof(uint64_t); j++) {
            if (pages[i][j] != (i + 1) * MULTIPLIER + j) {
                return false;
            }
        }
    }
    return true;
}

void guest_main(uint32_t cpu)
{
    uint64_t in_register = MULTIPLIER;
    uint64_t call = GUEST_CALL_PAUSE;
    if (cpu != 0) {
        return;
    }
    for (uint32_t i = 0; i < PAGES; i++) {
        pages[i] = guest_page();
        for (uint32_t j = 1; j < GUEST_PAGE_BYTES / sizeof(uint64_t); j++) {
            pages[i][j] = (i + 1) * MULTIPLIER + j;
        }
    }
    mark = pages[0];
    *mark = MARK;
    guest_print("before\n");
    __asm__ volatile("vmmcall" : "+r"(in_register), "+a"(call) : : "rbx", "rcx", "rdx", "memory");
    guest_print("after\n");
    guest_check(in_register == MULTIPLIER, "registers are what they were");
    guest_check(is_whole(), "memory is what it was");
    if (*mark == CHANGED) {
        guest_print("somebody has changed the mark\n");
    } else {
        guest_check(*mark == MARK, "the mark is there");
    }
    guest_end();
}
