/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the firmware knows of the VMSA table (vmsa_index.h). Bucket N holds, as a list, the pages and
 * tickets whose hash is N.
 */
#include "firmware/guest/vmsa_index.h"

#include <string.h>

#define WORD_BITS 32u
#define WORDS (VMSA_TABLE_ENTRIES / WORD_BITS)

static struct vmsa_known known[VMSA_TABLE_ENTRIES];
static uint16_t buckets[VMSA_TABLE_ENTRIES]; /**< First entry + 1; 0 = none. */
static uint16_t crossings[VMSA_TABLE_ENTRIES];
static uint32_t occupied[WORDS]; /**< A bit per entry that is not vacant. */

void vmsa_index_clear(void)
{
    memset(known, 0, sizeof known);
    memset(buckets, 0, sizeof buckets);
    memset(crossings, 0, sizeof crossings);
    memset(occupied, 0, sizeof occupied);
}

const struct vmsa_known *vmsa_index_at(uint32_t entry)
{
    return &known[entry];
}

/** The bucket of a page, where the CPU's search begins too, or of a ticket. */
static uint32_t bucket_of(enum vmsa_kind kind, uint32_t handle, uint64_t name)
{
    return kind == VMSA_PAGE ? VMSA_TABLE_SLOT(name)
                             : VMSA_TABLE_SLOT((name ^ ((uint64_t)handle << 20)) << 12);
}

uint32_t vmsa_index_find_page(uint64_t paddr)
{
    uint32_t next = buckets[bucket_of(VMSA_PAGE, 0, paddr)];

    while (next != 0 && (known[next - 1u].kind != VMSA_PAGE || known[next - 1u].name != paddr)) {
        next = known[next - 1u].next;
    }
    return next != 0 ? next - 1u : VMSA_NOWHERE;
}

uint32_t vmsa_index_find_ticket(uint32_t handle, uint64_t ticket)
{
    uint32_t next = buckets[bucket_of(VMSA_TICKET, handle, ticket)];

    while (next != 0 && (known[next - 1u].kind != VMSA_TICKET || known[next - 1u].name != ticket ||
                         known[next - 1u].handle != handle)) {
        next = known[next - 1u].next;
    }
    return next != 0 ? next - 1u : VMSA_NOWHERE;
}

uint32_t vmsa_index_find_vacant(uint64_t paddr)
{
    const uint32_t start = VMSA_TABLE_SLOT(paddr);
    uint32_t word = start / WORD_BITS;
    uint32_t vacant = ~occupied[word] & (UINT32_MAX << (start % WORD_BITS));
    uint32_t found;

    for (uint32_t step = 0; vacant == 0 && step < VMSA_REACH / WORD_BITS; step++) {
        word = (word + 1u) % WORDS;
        vacant = ~occupied[word];
    }
    if (vacant == 0) {
        return VMSA_NOWHERE;
    }
    found = word * WORD_BITS + (uint32_t)__builtin_ctz(vacant);
    return vmsa_index_reaches(paddr, found) ? found : VMSA_NOWHERE;
}

bool vmsa_index_reaches(uint64_t paddr, uint32_t entry)
{
    return (entry - VMSA_TABLE_SLOT(paddr)) % VMSA_TABLE_ENTRIES < VMSA_REACH;
}

bool vmsa_index_is_crossed(uint32_t entry)
{
    return crossings[entry] != 0;
}

/** Counts the search for the page of an entry in or out. */
static void count_crossings(uint32_t entry, bool in)
{
    for (uint32_t i = VMSA_TABLE_SLOT(known[entry].name); i != entry;
         i = (i + 1u) % VMSA_TABLE_ENTRIES) {
        crossings[i] = (uint16_t)(in ? crossings[i] + 1u : crossings[i] - 1u);
    }
}

void vmsa_index_set(uint32_t entry, enum vmsa_kind kind, uint32_t handle, uint64_t name)
{
    known[entry] = (struct vmsa_known){.name = name, .handle = handle, .kind = (uint8_t)kind};
    occupied[entry / WORD_BITS] |= 1u << (entry % WORD_BITS);
    if (kind == VMSA_PAGE) {
        count_crossings(entry, true);
    }
    if (kind != VMSA_ABANDONED) {
        uint16_t *first = &buckets[bucket_of(kind, handle, name)];

        known[entry].next = *first;
        *first = (uint16_t)(entry + 1u);
    }
}

void vmsa_index_set_guest(uint32_t entry, uint32_t handle)
{
    known[entry].handle = handle;
}

/** Takes an entry out of its bucket. */
static void leave_bucket(uint32_t entry)
{
    uint16_t *link = &buckets[bucket_of((enum vmsa_kind)known[entry].kind, known[entry].handle,
                                        known[entry].name)];

    while (*link != 0 && *link != entry + 1u) {
        link = &known[*link - 1u].next;
    }
    if (*link != 0) {
        *link = known[entry].next;
    }
}

void vmsa_index_vacate(uint32_t entry)
{
    if (known[entry].kind == VMSA_PAGE) {
        count_crossings(entry, false);
    }
    if (known[entry].kind != VMSA_ABANDONED) {
        leave_bucket(entry);
    }
    known[entry] = (struct vmsa_known){.kind = VMSA_VACANT};
    occupied[entry / WORD_BITS] &= ~(1u << (entry % WORD_BITS));
}
