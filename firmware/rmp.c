/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reverse map table (rmp.h).
 */
#include "firmware/rmp.h"

#include <string.h>

#include "firmware/fabric.h"
#include "firmware/rmp_entry.h"
#include "firmware/zero_page.h"
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

/** Zeroes the whole table: counters, and entries of the host's pages. */
static void clear(uint64_t dram_offset, uint64_t length)
{
    for (uint64_t done = 0; done < length; done += ZERO_PAGE_BYTES) {
        hal_dram_write(dram_offset + done, zero_page, sizeof zero_page);
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

enum sev_status rmp_start(const struct rmp_place *place, bool make_anew)
{
    uint64_t dram_offset;
    uint64_t contiguous;

    if (!make_anew) {
        table.asked = rmp_is_in_force_at(place);
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

bool rmp_settle(void)
{
    bool settled = true;

    for (uint64_t page = 0; settled && page < table.pages; page += RMP_REGION_PAGES) {
        uint64_t first;

        settled = rmp_entry_lock(page, &first);
        if (settled) {
            rmp_entry_unlock(page, first);
        }
    }
    return settled;
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

bool rmp_is_in_force_at(const struct rmp_place *place)
{
    return table.in_force && place->base == table.place.base && place->end == table.place.end;
}

bool rmp_covers(uint64_t paddr)
{
    return page_of(paddr) < table.pages;
}

void rmp_look_up(uint64_t paddr, struct rmp_page *page)
{
    struct rmp_entry entry;

    *page = (struct rmp_page){.state = RMP_NO_STATE};
    if (!rmp_covers(paddr)) {
        *page = (struct rmp_page){.state = RMP_DEFAULT};
        return;
    }
    if (rmp_entry_read(page_of(paddr), &entry)) {
        rmp_entry_decode(&entry, page);
    }
}

bool rmp_fix_new(uint64_t paddr)
{
    struct rmp_entry entry;

    rmp_entry_load(page_of(paddr), &entry);
    if (((entry.low & ~RMP_SUBPAGES) | entry.high) != 0) {
        return false;
    }
    rmp_entry_store_low(page_of(paddr), entry.low | RMP_IMMUTABLE); /* Counts nowhere. */
    return true;
}

enum sev_status rmp_compare(const struct rmp_page *page, const struct rmp_expectation *expectation)
{
    /* A page without an entry has no size, nor has one whose entry cannot be read. */
    if (expectation->size != RMP_ANY_SIZE && page->size != RMP_ANY_SIZE &&
        page->size != expectation->size) {
        return SEV_STATUS_INVALID_PAGE_SIZE;
    }
    if ((expectation->states & (1u << page->state)) == 0) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    return expectation->asid != 0 && page->asid != expectation->asid ? SEV_STATUS_INVALID_PAGE_OWNER
                                                                     : SEV_STATUS_SUCCESS;
}

uint64_t rmp_pages_of(uint32_t asid)
{
    return rmp_entry_counter(asid);
}
