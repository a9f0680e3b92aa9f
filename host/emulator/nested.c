/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nested page tables of four levels (nested.h).
 */
#include "host/emulator/nested.h"

#include <string.h>

#define PRESENT (1ull << 0)
#define WRITABLE (1ull << 1)
#define USER (1ull << 2) /* Nested walks are a user's. */
#define DIRTY (1ull << 6)
#define ADDRESS 0x000FFFFFFFFFF000ull
#define ENTRIES 512u

static uint64_t new_table(struct emulator *emulator)
{
    static const uint8_t zeros[X86_PAGE_BYTES];
    const uint64_t page = dram_allocate_anywhere(&emulator->board.dram, X86_PAGE_BYTES, 0);
    return page != 0 && emulator_write(emulator, page, zeros, sizeof zeros) ? page : 0;
}

/* @return address of the last entry; 0 when there is none, or without MAKE */
static uint64_t entry_of(struct nested *nested, uint64_t gpa, bool make)
{
    struct emulator *emulator = nested->emulator;
    if (nested->root == 0 && make) {
        nested->root = new_table(emulator);
    }
    uint64_t table = nested->root;
    for (unsigned shift = 39; table != 0 && shift >= 12; shift -= 9) {
        const uint64_t place = table + (gpa >> shift & (ENTRIES - 1)) * sizeof(uint64_t);
        uint64_t entry;
        if (shift == 12) {
            return place;
        }
        emulator_read(emulator, place, &entry, sizeof entry);
        if ((entry & PRESENT) == 0 && make) {
            table = new_table(emulator);
            entry = table | PRESENT | WRITABLE | USER;
            if (table == 0 || !emulator_write(emulator, place, &entry, sizeof entry)) {
                return 0;
            }
        } else {
            table = (entry & PRESENT) != 0 ? entry & ADDRESS : 0;
        }
    }
    return 0;
}

static bool set(struct nested *nested, uint64_t gpa, uint64_t entry)
{
    const uint64_t place = entry_of(nested, gpa, true);
    cpu_forget(&nested->emulator->cores);
    return place != 0 && emulator_write(nested->emulator, place, &entry, sizeof entry);
}

bool nested_map(struct nested *nested, uint64_t gpa, uint64_t spa)
{
    return set(nested, gpa, (spa & ADDRESS) | PRESENT | WRITABLE | USER);
}

bool nested_map_device(struct nested *nested, uint64_t gpa)
{
    const uint64_t reserved = 1ull << 46;
    return set(nested, gpa,
               (nested->emulator->x86.c_bit == reserved ? reserved >> 1 : reserved) | PRESENT |
                   WRITABLE | USER);
}

void nested_take_dirty(struct nested *nested, uint64_t pages, uint8_t *dirty)
{
    struct emulator *emulator = nested->emulator;
    cpu_forget(&emulator->cores); /* A core notes the next write only if it walks again. */
    for (uint64_t first = 0; first < pages; first += ENTRIES) {
        uint64_t entries[ENTRIES] = {0};
        bool changed = false;
        const uint64_t table = entry_of(nested, first * X86_PAGE_BYTES, false);
        if (table != 0) {
            emulator_read(emulator, table, entries, sizeof entries);
        }
        for (uint64_t i = 0; i < ENTRIES; i++) {
            dirty[first + i] = (entries[i] & DIRTY) != 0 ? 1 : 0;
            changed = changed || dirty[first + i] != 0;
            entries[i] &= ~DIRTY;
        }
        if (changed && !emulator_write(emulator, table, entries, sizeof entries)) {
            memset(dirty + first, 1, ENTRIES); /* They stay dirty, and are sent again. */
        }
    }
}

uint64_t nested_find(const struct nested *nested, uint64_t gpa)
{
    struct nested copy = *nested;
    const uint64_t place = entry_of(&copy, gpa, false);
    uint64_t entry = 0;
    if (place != 0) {
        emulator_read(nested->emulator, place, &entry, sizeof entry);
    }
    return (entry & PRESENT) != 0 ? entry & ADDRESS : 0;
}
