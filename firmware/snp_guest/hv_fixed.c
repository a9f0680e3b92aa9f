/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HV-fixed pages (hv_fixed.h).
 */
#include "firmware/snp_guest/hv_fixed.h"

#include <string.h>

#include "firmware/fabric.h"
#include "firmware/hostmem.h"

#define STATES_BEFORE (RMP_STATE(HYPERVISOR) | RMP_STATE(HV_FIXED) | RMP_STATE(FIRMWARE))

enum sev_status hv_fixed_parse(const uint8_t *page, struct snp_ranges *ranges)
{
    struct snp_range_list list;
    uint32_t reserved = 0;

    memcpy(&list, page, sizeof list);
    if (list.num_elements > SNP_RANGES_MAX) {
        return SEV_STATUS_INVALID_PARAM;
    }
    ranges->elements = (const struct snp_range *)(const void *)&page[sizeof list];
    ranges->count = list.num_elements;
    for (uint32_t i = 0; i < ranges->count; i++) {
        reserved |= ranges->elements[i].reserved;
    }
    return reserved == 0 && list.reserved == 0 ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_PARAM;
}

/** Pages of a range that a table of so many pages has entries for; they are its first. */
static uint64_t entries_of(const struct snp_range *range, uint64_t covered)
{
    const uint64_t first = range->base / RMP_PAGE_BYTES;

    if (first >= covered) {
        return 0;
    }
    return range->page_count < covered - first ? range->page_count : covered - first;
}

/** Whether the pages' numbers mean something. */
static bool is_in_address_space(const struct snp_range *range)
{
    const uint64_t bytes = (uint64_t)range->page_count * RMP_PAGE_BYTES;

    return range->base % RMP_PAGE_BYTES == 0 && (range->base & fabric_c_bit_mask()) == 0 &&
           range->base <= UINT64_MAX - bytes;
}

/** Looks whether each of a range's first pages is of 4 KiB, in one of some states. */
static enum sev_status check_states(const struct snp_range *range, uint64_t pages, uint16_t states)
{
    const struct rmp_expectation expected = {.states = states | RMP_STATE(DEFAULT), .size = RMP_4K};
    enum sev_status status = SEV_STATUS_SUCCESS;

    for (uint64_t i = 0; status == SEV_STATUS_SUCCESS && i < pages; i++) {
        struct rmp_page page;

        rmp_look_up(range->base + i * RMP_PAGE_BYTES, &page);
        status = rmp_compare(&page, &expected);
    }
    return status;
}

/** Whether the firmware needs a page of the first ones of a range: RMP, TMR, NV block. */
static bool firmware_needs(const struct snp_range *range, uint64_t pages,
                           const struct rmp_place *place)
{
    const uint64_t end = range->base + pages * RMP_PAGE_BYTES;

    return pages != 0 && ((range->base <= place->end && place->base < end) ||
                          hostmem_is_held(range->base, pages * RMP_PAGE_BYTES));
}

/** Checks the ranges' numbers, for a table of so many pages. */
static enum sev_status check_numbers(const struct snp_ranges *ranges, uint64_t covered)
{
    uint64_t all = 0;

    for (uint32_t i = 0; i < ranges->count; i++) {
        if (!is_in_address_space(&ranges->elements[i])) {
            return SEV_STATUS_INVALID_ADDRESS;
        }
        all += entries_of(&ranges->elements[i], covered);
    }
    /* More, and ranges overlap: the work would have no bound. */
    return all > covered ? SEV_STATUS_INVALID_PARAM : SEV_STATUS_SUCCESS;
}

/** Checks ranges and their pages. @param states  they may be in; 0 = the table will be new */
static enum sev_status check(const struct snp_ranges *ranges, const struct rmp_place *place,
                             uint16_t states)
{
    const uint64_t covered = rmp_pages_covered(place);
    enum sev_status status = check_numbers(ranges, covered);

    for (uint32_t i = 0; status == SEV_STATUS_SUCCESS && i < ranges->count; i++) {
        const struct snp_range *range = &ranges->elements[i];
        const uint64_t pages = entries_of(range, covered);

        if (firmware_needs(range, pages, place)) {
            status = SEV_STATUS_INVALID_PAGE_STATE;
        } else if (states != 0) {
            status = check_states(range, pages, states);
        }
    }
    return status;
}

enum sev_status hv_fixed_check(const struct snp_ranges *ranges, const struct rmp_place *place,
                               bool new_table)
{
    const enum sev_status status = check(ranges, place, new_table ? 0 : STATES_BEFORE);

    return status == SEV_STATUS_INVALID_PAGE_SIZE ? SEV_STATUS_INVALID_PAGE_STATE : status;
}

enum sev_status hv_fixed_check_now(const struct snp_ranges *ranges)
{
    return check(ranges, rmp_place(), RMP_STATE(FIRMWARE) | RMP_STATE(HV_FIXED));
}

/** Makes one page HV-fixed. */
static enum sev_status fix(uint64_t paddr)
{
    const struct rmp_page fixed = {.state = RMP_HV_FIXED, .size = RMP_4K};
    struct rmp_page page;

    rmp_look_up(paddr, &page);
    if (page.state == RMP_HV_FIXED) {
        return SEV_STATUS_SUCCESS;
    }
    return page.size == RMP_4K && (STATES_BEFORE & (1u << page.state)) != 0
               ? rmp_replace(paddr, &page, &fixed)
               : SEV_STATUS_INVALID_PAGE_STATE;
}

enum sev_status hv_fixed_set(const struct snp_ranges *ranges, bool new_table)
{
    const uint64_t covered = rmp_pages_covered(rmp_place());
    enum sev_status status = SEV_STATUS_SUCCESS;

    for (uint32_t i = 0; i < ranges->count; i++) {
        const struct snp_range *range = &ranges->elements[i];
        const uint64_t pages = entries_of(range, covered);

        for (uint64_t page = 0; status == SEV_STATUS_SUCCESS && page < pages; page++) {
            const uint64_t paddr = range->base + page * RMP_PAGE_BYTES;

            if (!new_table || !rmp_fix_new(paddr)) {
                status = fix(paddr);
            }
        }
    }
    return status;
}
