/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries of the reverse map table (rmp_entry.h).
 */
#include "firmware/rmp_entry.h"

#include <stddef.h>

#include "hal/dram.h"

/** Tries to take a lock: a core holds it for a few stores, unless its thread is not running. */
#define LOCK_TRIES 1000000u

/** Bits that say nothing of the page itself. */
#define UPKEEP (RMP_LOCK | RMP_SUBPAGES)

static uint64_t table_offset;

static uint64_t low_of(uint64_t page)
{
    return table_offset + RMP_BOOKKEEPING_BYTES + page * sizeof(struct rmp_entry);
}

static uint64_t high_of(uint64_t page)
{
    return low_of(page) + offsetof(struct rmp_entry, high);
}

void rmp_entry_set_table(uint64_t dram_offset)
{
    table_offset = dram_offset;
}

uint64_t rmp_entry_first(uint64_t page)
{
    return page & ~(uint64_t)(RMP_REGION_PAGES - 1u);
}

void rmp_entry_load(uint64_t page, struct rmp_entry *entry)
{
    entry->low = hal_dram_load(low_of(page));
    entry->high = hal_dram_load(high_of(page));
}

bool rmp_entry_read(uint64_t page, struct rmp_entry *entry)
{
    const uint64_t lock = low_of(rmp_entry_first(page));

    for (uint32_t i = 0; i < LOCK_TRIES; i++) {
        const uint64_t before = hal_dram_load(lock); /* Also says whose entry it is. */
        const uint64_t speaker = rmp_entry_speaker(page, before);

        if ((before & RMP_LOCK) != 0) {
            continue;
        }
        rmp_entry_load(speaker, entry);
        /* Whoever changes an entry locks its region first: both words, read twice alike while the
           lock's word was the same, belong to one entry. */
        if (hal_dram_load(high_of(speaker)) == entry->high &&
            hal_dram_load(low_of(speaker)) == entry->low && hal_dram_load(lock) == before) {
            return true;
        }
    }
    return false;
}

void rmp_entry_store_low(uint64_t page, uint64_t low)
{
    hal_dram_store(low_of(page), low);
}

void rmp_entry_store(uint64_t page, const struct rmp_entry *entry)
{
    hal_dram_store(high_of(page), entry->high);
    hal_dram_store(low_of(page), entry->low);
}

bool rmp_entry_lock(uint64_t page, uint64_t *first)
{
    const uint64_t lock = low_of(rmp_entry_first(page));

    for (uint32_t i = 0; i < LOCK_TRIES; i++) {
        *first = hal_dram_load(lock) & ~RMP_LOCK;
        if (hal_dram_replace(lock, &(uint64_t){*first}, *first | RMP_LOCK)) {
            return true;
        }
    }
    return false;
}

void rmp_entry_unlock(uint64_t page, uint64_t first)
{
    hal_dram_store(low_of(rmp_entry_first(page)), first & ~RMP_LOCK);
}

void rmp_entry_count(uint32_t asid, int64_t pages)
{
    const uint64_t counter = table_offset + asid * sizeof(uint64_t);
    uint64_t value = hal_dram_load(counter);

    /* Bounded: x86 software cannot write the table, and each failure is an instruction's success. */
    for (uint32_t i = 0; i < LOCK_TRIES; i++) {
        if (hal_dram_replace(counter, &value, value + (uint64_t)pages)) {
            return;
        }
    }
}

uint64_t rmp_entry_counter(uint32_t asid)
{
    return hal_dram_load(table_offset + asid * sizeof(uint64_t));
}

/** The state of an entry that belongs to no guest. */
static enum rmp_state state_without_guest(uint64_t low)
{
    switch (low & (RMP_ASSIGNED | RMP_IMMUTABLE | RMP_VALIDATED)) {
    case 0:
        return RMP_HYPERVISOR;
    case RMP_IMMUTABLE:
        return RMP_HV_FIXED;
    case RMP_ASSIGNED:
        return RMP_RECLAIM;
    case RMP_ASSIGNED | RMP_IMMUTABLE:
        if ((low & RMP_GPA) != 0) {
            return RMP_METADATA;
        }
        return (low & RMP_VMSA) != 0 ? RMP_CONTEXT : RMP_FIRMWARE;
    default:
        return RMP_NO_STATE;
    }
}

/** The state of an entry that belongs to a guest. */
static enum rmp_state state_with_guest(uint64_t low)
{
    switch (low & (RMP_ASSIGNED | RMP_IMMUTABLE | RMP_VALIDATED)) {
    case RMP_ASSIGNED:
        return RMP_GUEST_INVALID;
    case RMP_ASSIGNED | RMP_VALIDATED:
        return RMP_GUEST_VALID;
    case RMP_ASSIGNED | RMP_IMMUTABLE:
        return RMP_PRE_GUEST;
    case RMP_ASSIGNED | RMP_IMMUTABLE | RMP_VALIDATED:
        return RMP_PRE_SWAP;
    default:
        return RMP_NO_STATE;
    }
}

void rmp_entry_decode(const struct rmp_entry *entry, struct rmp_page *page)
{
    const uint64_t low = entry->low;

    *page = (struct rmp_page){
        .size = (low & RMP_2M) != 0 ? RMP_2M_PAGE : RMP_4K,
        .asid = (uint32_t)((low & RMP_ASID) >> RMP_ASID_SHIFT),
        .gpa = low & RMP_GPA,
        .vmsa = (low & RMP_VMSA) != 0,
    };
    page->state = page->asid == 0 ? state_without_guest(low) : state_with_guest(low);
    if (page->state == RMP_METADATA) {
        page->guest = entry->high;
        return;
    }
    for (uint32_t vmpl = 0; vmpl < RMP_VMPLS; vmpl++) {
        page->permissions[vmpl] = (uint8_t)(entry->high >> (8u * vmpl));
    }
}

/** ASSIGNED, IMMUTABLE and VALIDATED of a state. */
static uint64_t bits_of(enum rmp_state state)
{
    switch (state) {
    case RMP_HV_FIXED:
        return RMP_IMMUTABLE;
    case RMP_RECLAIM:
    case RMP_GUEST_INVALID:
        return RMP_ASSIGNED;
    case RMP_GUEST_VALID:
        return RMP_ASSIGNED | RMP_VALIDATED;
    case RMP_PRE_SWAP:
        return RMP_ASSIGNED | RMP_IMMUTABLE | RMP_VALIDATED;
    case RMP_FIRMWARE:
    case RMP_METADATA:
    case RMP_PRE_GUEST:
        return RMP_ASSIGNED | RMP_IMMUTABLE;
    case RMP_CONTEXT:
        return RMP_ASSIGNED | RMP_IMMUTABLE | RMP_VMSA;
    default:
        return 0;
    }
}

void rmp_entry_encode(const struct rmp_page *page, struct rmp_entry *entry)
{
    entry->low =
        bits_of(page->state) | (page->gpa & RMP_GPA) | ((uint64_t)page->asid << RMP_ASID_SHIFT);
    if (page->size == RMP_2M_PAGE) {
        entry->low |= RMP_2M;
    }
    if (page->vmsa) {
        entry->low |= RMP_VMSA;
    }
    entry->low &= ~UPKEEP;
    entry->high = 0;
    if (page->state == RMP_METADATA) {
        entry->high = page->guest;
        return;
    }
    for (uint32_t vmpl = 0; vmpl < RMP_VMPLS; vmpl++) {
        entry->high |= (uint64_t)page->permissions[vmpl] << (8u * vmpl);
    }
}

uint64_t rmp_entry_speaker(uint64_t page, uint64_t first_low)
{
    const uint64_t whole = RMP_ASSIGNED | RMP_2M;

    return (first_low & whole) == whole ? rmp_entry_first(page) : page;
}

bool rmp_entry_same(const struct rmp_page *a, const struct rmp_page *b)
{
    struct rmp_entry entry_a;
    struct rmp_entry entry_b;

    rmp_entry_encode(a, &entry_a);
    rmp_entry_encode(b, &entry_b);
    return a->state == b->state && entry_a.low == entry_b.low && entry_a.high == entry_b.high;
}
