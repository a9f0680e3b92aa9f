/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The making of one page of 2 MiB out of 512 pages of 4 KiB (rmp.h; SNP 2.17, PAGE_UNSMASH).
 */
#include "firmware/rmp.h"

#include "firmware/rmp_entry.h"

/** Whether a page of a region goes on where the region's first page begins. */
static enum sev_status compare_to_first(const struct rmp_page *first, const struct rmp_page *page,
                                        uint32_t index)
{
    struct rmp_page expected = *first;

    expected.gpa += (uint64_t)index * RMP_PAGE_BYTES;
    if (page->asid != first->asid) {
        return SEV_STATUS_INVALID_PAGE_OWNER;
    }
    return rmp_entry_same(page, &expected) ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_PAGE_STATE;
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
    const uint64_t number = paddr / RMP_PAGE_BYTES;
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
