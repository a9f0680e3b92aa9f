/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smp: virtual CPUs that share one ASID, and so their caches' contents. They take turns by spinlock and
 * count together.
 */
#include "tests/guests/lib/guest.h"

#define ROUNDS 3000u

static volatile uint32_t lock;
static volatile uint32_t arrived;
static volatile uint32_t finished;
static volatile uint64_t guarded;  /* Only with the lock. */
static volatile uint64_t atomic;   /* By locked instructions. */
static volatile uint32_t in_there; /* CPUs that think that they have the lock. */
static volatile uint32_t clashes;

static void acquire(void)
{
    while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE) != 0) {
        guest_pause();
    }
}

static void release(void)
{
    __atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}

static void wait_for_all(volatile uint32_t *counter)
{
    (void)__atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
    while (*counter < guest_boot->vcpus) {
        guest_pause();
    }
}

void guest_main(uint32_t cpu)
{
    wait_for_all(&arrived);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        acquire();
        clashes += in_there != 0 ? 1 : 0;
        in_there = 1;
        guarded = guarded + 1;
        in_there = 0;
        release();
        (void)__atomic_add_fetch(&atomic, 1, __ATOMIC_SEQ_CST);
    }
    wait_for_all(&finished);
    if (cpu != 0) {
        return;
    }
    const uint64_t expected = (uint64_t)ROUNDS * guest_boot->vcpus;
    guest_print_number(guest_boot->vcpus);
    guest_print(" virtual CPUs have counted to ");
    guest_print_number(guarded);
    guest_print("\n");
    guest_check(clashes == 0, "the lock lets one in at a time");
    guest_check(guarded == expected, "what it guards is counted exactly");
    guest_check(atomic == expected, "locked additions are, too");
    guest_end();
}
