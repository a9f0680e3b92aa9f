/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of the reverse map table, one page at a time (rmp.h). Each is made under the lock of the
 * page's region, and only to an entry that is still what it was seen as.
 */
#include "firmware/rmp.h"

#include "firmware/rmp_entry.h"

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

/** Whether a change moves pages from one ASID's counter to another's, or to or from none. */
static bool moves_count(const struct rmp_page *from, const struct rmp_page *to)
{
    return is_assigned(from) != is_assigned(to) || from->asid != to->asid;
}

/** Writes an entry under the lock, and ends the lock. SUBPAGES goes up before, and down after it. */
static void write_and_unlock(uint64_t page, uint64_t first, const struct rmp_page *from,
                             const struct rmp_page *to)
{
    const uint64_t counted = recount(first, from, to);
    struct rmp_entry entry;

    rmp_entry_encode(to, &entry);
    if (page == rmp_entry_first(page)) {
        entry.low |= first & RMP_SUBPAGES;
        rmp_entry_store(page, &entry);
        return;
    }
    if (counted > first) {
        rmp_entry_store_low(rmp_entry_first(page), counted | RMP_LOCK);
    }
    rmp_entry_store(page, &entry);
    rmp_entry_unlock(page, counted);
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
    if (rmp_entry_speaker(page, first) != page || !rmp_entry_same(&now, seen) ||
        seen->size != wanted->size) {
        rmp_entry_unlock(page, first);
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    /* Counted before and after, not between: no ASID ever has more pages than are counted. */
    if (moves_count(seen, wanted) && is_assigned(wanted)) {
        rmp_entry_count(wanted->asid, (int64_t)pages_in(wanted->size));
    }
    write_and_unlock(page, first, seen, wanted);
    if (moves_count(seen, wanted) && is_assigned(seen)) {
        rmp_entry_count(seen->asid, -(int64_t)pages_in(seen->size));
    }
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
    rmp_entry_load(rmp_entry_speaker(page, first), &entry);
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
