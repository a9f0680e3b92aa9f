/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stuck: never executes an instruction again, nor ends. The handler of each exception is where there is
 * no memory, and the stack is half a terabyte, all of it the same page.
 */
#include "tests/guests/lib/guest.h"

#define VECTORS 32u
#define ENTRIES 512u
#define STACK_SLOT 1u
#define NOWHERE (3ull << 39)
#define STACK_TOP (2ull << 39)
#define PRESENT_WRITABLE 3ull

struct gate {
    uint64_t words[2];
};
extern struct gate guest_idt[VECTORS];

/* A table whose entries all lead to the same page. */
static uint64_t *lead_to(const void *page)
{
    uint64_t *table = guest_page();
    for (uint32_t i = 0; i < ENTRIES; i++) {
        table[i] = (uint64_t)page | PRESENT_WRITABLE | guest_c_bit();
    }
    return table;
}

void guest_main(uint32_t cpu)
{
    uint64_t *root = (uint64_t *)(uint64_t)GUEST_TABLES_GPA;
    if (cpu != 0) {
        return;
    }
    root[STACK_SLOT] =
        (uint64_t)lead_to(lead_to(lead_to(guest_page()))) | PRESENT_WRITABLE | guest_c_bit();
    for (uint32_t i = 0; i < VECTORS; i++) {
        guest_idt[i].words[0] = (guest_idt[i].words[0] & 0x0000FFFFFFFF0000ull);
        guest_idt[i].words[1] = NOWHERE >> 32;
    }
    __asm__ volatile("mov %0, %%rsp; jmp *%1" : : "r"(STACK_TOP), "r"(NOWHERE) : "memory");
    __builtin_unreachable();
}
