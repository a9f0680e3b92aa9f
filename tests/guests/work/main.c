/* SPDX-License-Identifier: Apache-2.0 */
/*
 * work: what is measured. A loop in registers and memory of INSTRUCTIONS instructions, between two
 * pauses; then it changes a page of a hundred again and again, until it is moved.
 */
#include "tests/guests/lib/guest.h"

#define ROUNDS 40000000u /* tests/emulator/bench.c knows it: 6 instructions each. */
#define STRIDE 100u

static uint64_t cell;

static void spin(void)
{
    uint64_t rounds = ROUNDS;
    uint64_t a = 1;
    uint64_t b = 2;
    __asm__ volatile("1:\n\t"
                     "inc %1\n\t"
                     "add %1, %2\n\t"
                     "xor %2, %1\n\t"
                     "mov %1, %3\n\t"
                     "dec %0\n\t"
                     "jnz 1b"
                     : "+r"(rounds), "+r"(a), "+r"(b), "=m"(cell)
                     :
                     : "cc");
}

void guest_main(uint32_t cpu)
{
    if (cpu != 0) {
        return;
    }
    (void)guest_call(GUEST_CALL_PAUSE, 0, 0, 0);
    spin();
    (void)guest_call(GUEST_CALL_PAUSE, 0, 0, 0);
    for (uint32_t round = 0; round < 2; round++) {
        uint64_t page = (uint64_t)guest_image_end;
        for (; page < guest_boot->memory_bytes; page += STRIDE * GUEST_PAGE_BYTES) {
            if ((guest_boot->flags & GUEST_SNP) == 0) {
                *(volatile uint64_t *)page = page + round;
            }
        }
        (void)guest_call(GUEST_CALL_PAUSE, 0, 0, 0);
    }
    guest_end();
}
