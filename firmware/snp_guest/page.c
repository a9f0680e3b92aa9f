/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of SEV-SNP guests (page.h).
 */
#include "firmware/snp_guest/page.h"

#include "firmware/bulk.h"
#include "firmware/memctl.h"

enum sev_status page_check_policy(const struct snp_guest *guest)
{
    return (guest->policy & SNP_POLICY_PAGE_SWAP_DISABLE) != 0 ? SEV_STATUS_POLICY_FAILURE
                                                               : SEV_STATUS_SUCCESS;
}

enum sev_status page_see(const struct hostmem_range *range, struct rmp_page *page)
{
    rmp_look_up(range->paddr, page);
    return rmp_compare(page, &range->pages);
}

enum sev_status page_become(struct hostmem_range *range, const struct rmp_page *before,
                            const struct rmp_page *after)
{
    const enum sev_status status = rmp_replace(range->paddr, before, after);

    if (status == SEV_STATUS_SUCCESS) {
        range->pages = (struct rmp_expectation){
            .states = (uint16_t)(1u << after->state),
            .size = after->size,
            .asid = after->asid,
        };
    }
    return status;
}

enum sev_status page_read(const struct snp_guest *guest, const struct hostmem_range *range,
                          bool key)
{
    struct crypto_memory_key expanded;
    enum sev_status status;

    if (!key) {
        return hostmem_copy_in(range, 0, bulk_buffer, range->length);
    }
    memctl_expand_key(guest->vek, &expanded);
    status = hostmem_copy_in_guest(range, &expanded, 0, bulk_buffer, range->length);
    crypto_wipe(&expanded, sizeof expanded);
    return status;
}

enum sev_status page_write(const struct snp_guest *guest, const struct hostmem_range *range,
                           bool key)
{
    struct crypto_memory_key expanded;
    enum sev_status status;

    if (!key) {
        return hostmem_copy_out(range, 0, bulk_buffer, range->length);
    }
    memctl_expand_key(guest->vek, &expanded);
    status = hostmem_copy_out_guest(range, &expanded, 0, bulk_buffer, range->length);
    crypto_wipe(&expanded, sizeof expanded);
    return status;
}

void page_wipe(const struct hostmem_range *range)
{
    crypto_wipe(bulk_buffer, range->length);
}
