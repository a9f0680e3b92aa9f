/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ASID's key slot and its set of cores (vmrun_slot_internal.h), which the generation guards.
 */
#include "host/x86/vmrun_slot_internal.h"

#include <sched.h>
#include <stddef.h>

#define TRIES 100000u

static uint64_t word64(const uint8_t *memctl, size_t offset)
{
    return __atomic_load_n((const uint64_t *)(const void *)(memctl + offset), __ATOMIC_ACQUIRE);
}

static uint32_t word32(const uint8_t *bytes)
{
    return __atomic_load_n((const uint32_t *)(const void *)bytes, __ATOMIC_ACQUIRE);
}

struct x86_slot x86_slot_of(const struct x86_machine *machine, uint32_t asid, uint32_t core)
{
    const struct x86_slot nothing = {.has_key = false};
    const uint8_t *memctl = machine->fabric + FABRIC_MEMCTL_OFFSET;
    if (asid >= FABRIC_SLOTS_MAX || core >= FABRIC_CORES_MAX) {
        return nothing;
    }
    const uint8_t *flags = memctl + offsetof(struct fabric_memctl, slots) +
                           asid * sizeof(struct fabric_key_slot) +
                           offsetof(struct fabric_key_slot, flags);
    const uint8_t *cores = machine->fabric + FABRIC_SLOT_CORES_OFFSET +
                           asid * sizeof(struct fabric_slot_cores) + core / 32 * sizeof(uint32_t);
    for (uint32_t i = 0; i < TRIES; i++) {
        const uint64_t before = word64(memctl, offsetof(struct fabric_memctl, generation));
        const bool made =
            word64(memctl, offsetof(struct fabric_memctl, magic)) == FABRIC_MEMCTL_MAGIC;
        const struct x86_slot slot = {
            .has_key = made && (word32(flags) & FABRIC_SLOT_VALID) != 0,
            .allows_core = made && (word32(cores) >> core % 32 & 1) != 0,
        };
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        if (before % 2 == 0 &&
            word64(memctl, offsetof(struct fabric_memctl, generation)) == before) {
            return slot;
        }
        (void)sched_yield();
    }
    return nothing;
}
