/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reverse map table (rmp.h).
 */
#include "firmware/rmp.h"

#include <string.h>

#include "firmware/fabric.h"
#include "firmware/rmp_entry.h"
#include "hal/dram.h"

static struct {
    struct rmp_place place;
    uint64_t pages; /**< That the table covers. */
    bool in_force;
    bool asked;
} table;

/** Number of the page that an address lies in. */
static uint64_t page_of(uint64_t paddr)
{
    return paddr / RMP_PAGE_BYTES;
}

/** Pages of 4 KiB that a page is made of. */
static uint32_t pages_in(enum rmp_size size)
{
    return size == RMP_2M_PAGE ? RMP_REGION_PAGES : 1u;
}

/** Zeroes the whole table: counters, and entries of the host's pages. */
static void clear(uint64_t dram_offset, uint64_t length)
{
    static const uint8_t zero[RMP_PAGE_BYTES];

    for (uint64_t done = 0; done < length; done += sizeof zero) {
        hal_dram_write(dram_offset + done, zero, sizeof zero);
    }
}

/** Makes the table's own pages the firmware's. */
static enum sev_status claim_table(void)
{
    const struct rmp_page free = {.state = RMP_HYPERVISOR, .size = RMP_4K};
    const struct rmp_page own = {.state = RMP_FIRMWARE, .size = RMP_4K};
    enum sev_status status = SEV_STATUS_SUCCESS;

    for (uint64_t paddr = table.place.base; status == SEV_STATUS_SUCCESS && paddr < table.place.end;
         paddr += RMP_PAGE_BYTES) {
        status = rmp_replace(paddr, &free, &own);
    }
    return status;
}

uint64_t rmp_pages_covered(const struct rmp_place *place)
{
    const uint64_t length = place->end + 1u - place->base;

    return length <= RMP_BOOKKEEPING_BYTES
               ? 0
               : (length - RMP_BOOKKEEPING_BYTES) / sizeof(struct rmp_entry);
}

bool rmp_is_possible(const struct rmp_place *place)
{
    uint64_t dram_offset;
    uint64_t contiguous;

    return place->base < place->end && fabric_find(place->base, &dram_offset, &contiguous) &&
           contiguous > place->end - place->base && page_of(place->end) < rmp_pages_covered(place);
}

/** Whether the table in force is there. */
static bool is_in_force_at(const struct rmp_place *place)
{
    return table.in_force && place->base == table.place.base && place->end == table.place.end;
}

enum sev_status rmp_start(const struct rmp_place *place, bool make_anew)
{
    uint64_t dram_offset;
    uint64_t contiguous;

    if (!make_anew) {
        table.asked = is_in_force_at(place);
        return table.asked ? SEV_STATUS_SUCCESS : SEV_STATUS_RMP_INIT_REQUIRED;
    }
    if (!fabric_find(place->base, &dram_offset, &contiguous)) {
        return SEV_STATUS_RMP_INITIALIZATION_FAILED;
    }
    table.place = *place;
    table.pages = rmp_pages_covered(place);
    rmp_entry_set_table(dram_offset);
    clear(dram_offset, place->end + 1u - place->base);
    table.in_force = true;
    table.asked = true;
    return claim_table() == SEV_STATUS_SUCCESS ? SEV_STATUS_SUCCESS
                                               : SEV_STATUS_RMP_INITIALIZATION_FAILED;
}

void rmp_pause(void)
{
    table.asked = false;
}

void rmp_stop(void)
{
    memset(&table, 0, sizeof table);
}

bool rmp_is_asked(void)
{
    return table.asked;
}

bool rmp_is_in_force(void)
{
    return table.in_force;
}

const struct rmp_place *rmp_place(void)
{
    return &table.place;
}

bool rmp_covers(uint64_t paddr)
{
    return page_of(paddr) < table.pages;
}

/** The number of the page whose entry speaks for an address: its own, or its region's first. */
static uint64_t speaker(uint64_t page, uint64_t first_low)
{
    const uint64_t whole = RMP_ASSIGNED | RMP_2M;

    return (first_low & whole) == whole ? rmp_entry_first(page) : page;
}

void rmp_look_up(uint64_t paddr, struct rmp_page *page)
{
    const uint64_t number = page_of(paddr);
    struct rmp_entry entry;

    *page = (struct rmp_page){.state = RMP_NO_STATE};
    if (!rmp_covers(paddr)) {
        *page = (struct rmp_page){.state = RMP_DEFAULT};
        return;
    }
    if (!rmp_entry_read(rmp_entry_first(number), &entry)) {
        return;
    }
    if (speaker(number, entry.low) == number && number != rmp_entry_first(number) &&
        !rmp_entry_read(number, &entry)) {
        return;
    }
    rmp_entry_decode(&entry, page);
}

enum sev_status rmp_compare(const struct rmp_page *page, const struct rmp_expectation *expectation)
{
    if (expectation->size != RMP_ANY_SIZE && page->size != expectation->size &&
        page->state != RMP_DEFAULT) {
        return SEV_STATUS_INVALID_PAGE_SIZE;
    }
    if ((expectation->states & (1u << page->state)) == 0) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    return expectation->asid != 0 && page->asid != expectation->asid ? SEV_STATUS_INVALID_PAGE_OWNER
                                                                     : SEV_STATUS_SUCCESS;
}

static bool same_page(const struct rmp_page *a, const struct rmp_page *b)
{
    struct rmp_entry entry_a;
    struct rmp_entry entry_b;

    rmp_entry_encode(a, &entry_a);
    rmp_entry_encode(b, &entry_b);
    return a->state == b->state && entry_a.low == entry_b.low && entry_a.high == entry_b.high;
}

/** Whether the state's entries count as assigned. */
static bool is_assigned(const struct rmp_page *page)
{
    return page->state != RMP_HYPERVISOR && page->state != RMP_HV_FIXED;
}

/** SUBPAGES of a region's first word after one of its pages, not the first, has changed. */
static uint64_t recount(uint64_t first, const struct rmp_page *from, const struct rmp_page *to)
{
    const uint64_t one = 1ull << RMP_SUBPAGES_SHIFT;

    if (is_assigned(from) && !is_assigned(to)) {
        return first - one;
    }
    return is_assigned(to) && !is_assigned(from) ? first + one : first;
}

/** Keeps the ASIDs' counters true. */
static void move_count(const struct rmp_page *from, const struct rmp_page *to)
{
    if (is_assigned(from) == is_assigned(to) && from->asid == to->asid) {
        return;
    }
    if (is_assigned(from)) {
        rmp_entry_count(from->asid, -(int64_t)pages_in(from->size));
    }
    if (is_assigned(to)) {
        rmp_entry_count(to->asid, (int64_t)pages_in(to->size));
    }
}

/** Writes an entry under the lock, and ends the lock. */
static void write_and_unlock(uint64_t page, uint64_t first, const struct rmp_page *from,
                             const struct rmp_page *to)
{
    struct rmp_entry entry;

    rmp_entry_encode(to, &entry);
    if (page == rmp_entry_first(page)) {
        entry.low |= first & RMP_SUBPAGES;
        rmp_entry_store(page, &entry);
    } else {
        rmp_entry_store(page, &entry);
        rmp_entry_unlock(page, recount(first, from, to));
    }
}

enum sev_status rmp_replace(uint64_t paddr, const struct rmp_page *seen,
                            const struct rmp_page *wanted)
{
    const uint64_t page = page_of(paddr);
    struct rmp_entry entry;
    struct rmp_page now;
    uint64_t first;

    if (!rmp_covers(paddr) || !rmp_entry_lock(page, &first)) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    rmp_entry_load(page, &entry);
    rmp_entry_decode(&entry, &now);
    if (speaker(page, first) != page || !same_page(&now, seen) || seen->size != wanted->size) {
        rmp_entry_unlock(page, first);
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    move_count(seen, wanted);
    write_and_unlock(page, first, seen, wanted);
    return SEV_STATUS_SUCCESS;
}

enum sev_status rmp_hold(uint64_t paddr, const struct rmp_expectation *expectation)
{
    const uint64_t page = page_of(paddr);
    struct rmp_entry entry;
    struct rmp_page now = {.state = RMP_DEFAULT};
    enum sev_status status;
    uint64_t first = 0;

    if (!rmp_covers(paddr)) {
        return rmp_compare(&now, expectation);
    }
    if (!rmp_entry_lock(page, &first)) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    rmp_entry_load(speaker(page, first), &entry);
    rmp_entry_decode(&entry, &now);
    status = rmp_compare(&now, expectation);
    if (status != SEV_STATUS_SUCCESS) {
        rmp_entry_unlock(page, first);
    }
    return status;
}

void rmp_release(uint64_t paddr)
{
    const uint64_t first = rmp_entry_first(page_of(paddr));
    struct rmp_entry entry;

    if (rmp_covers(paddr)) {
        rmp_entry_load(first, &entry);
        rmp_entry_unlock(first, entry.low);
    }
}

/** Whether a page of a region goes on where the region's first page begins. */
static enum sev_status compare_to_first(const struct rmp_page *first, const struct rmp_page *page,
                                        uint32_t index)
{
    struct rmp_page expected = *first;

    expected.gpa += (uint64_t)index * RMP_PAGE_BYTES;
    if (page->asid != first->asid) {
        return SEV_STATUS_INVALID_PAGE_OWNER;
    }
    return same_page(page, &expected) ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_PAGE_STATE;
}

/** Compares all pages of a locked region. @param[out] first  what its first page is */
static enum sev_status check_region(uint64_t number, struct rmp_page *first)
{
    enum sev_status status = SEV_STATUS_SUCCESS;
    struct rmp_entry entry;

    rmp_entry_load(number, &entry);
    rmp_entry_decode(&entry, first);
    if (first->size != RMP_4K) {
        return SEV_STATUS_INVALID_PAGE_SIZE;
    }
    if ((first->state != RMP_PRE_GUEST && first->state != RMP_PRE_SWAP) || first->vmsa ||
        first->gpa % RMP_REGION_BYTES != 0) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    for (uint32_t i = 1; status == SEV_STATUS_SUCCESS && i < RMP_REGION_PAGES; i++) {
        struct rmp_page page;

        rmp_entry_load(number + i, &entry);
        rmp_entry_decode(&entry, &page);
        status = compare_to_first(first, &page, i);
    }
    return status;
}

enum sev_status rmp_unsmash(uint64_t paddr)
{
    const uint64_t number = page_of(paddr);
    const struct rmp_entry none = {.low = 0};
    struct rmp_entry whole;
    struct rmp_page first;
    enum sev_status status;
    uint64_t first_low;

    if (!rmp_covers(paddr + RMP_REGION_BYTES - 1u) || !rmp_entry_lock(number, &first_low)) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    status = check_region(number, &first);
    if (status != SEV_STATUS_SUCCESS) {
        rmp_entry_unlock(number, first_low);
        return status;
    }
    first.size = RMP_2M_PAGE;
    rmp_entry_encode(&first, &whole);
    rmp_entry_store_low(number, whole.low | RMP_LOCK); /* From here on it speaks for all. */
    for (uint32_t i = 1; i < RMP_REGION_PAGES; i++) {
        rmp_entry_store(number + i, &none);
    }
    rmp_entry_unlock(number, whole.low);
    return SEV_STATUS_SUCCESS;
}

uint64_t rmp_pages_of(uint32_t asid)
{
    return rmp_entry_counter(asid);
}
