/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metadata pages of an SEV-SNP guest (metadata.h).
 */
#include "firmware/snp_guest/metadata.h"

#include "firmware/snp_guest/page.h"
#include "firmware/zero_page.h"

bool metadata_is_of(const struct snp_guest *guest, const struct rmp_page *page)
{
    return page->gpa == guest->paddr && page->guest == guest->id;
}

enum sev_status metadata_check_owner(const struct snp_guest *guest,
                                     const struct hostmem_range *range)
{
    struct rmp_page page;
    const enum sev_status status = page_see(range, &page);

    return status == SEV_STATUS_SUCCESS && !metadata_is_of(guest, &page)
               ? SEV_STATUS_INVALID_PAGE_OWNER
               : status;
}

struct rmp_page metadata_page_of(const struct snp_guest *guest)
{
    return (struct rmp_page){
        .state = RMP_METADATA,
        .size = RMP_4K,
        .gpa = guest->paddr,
        .guest = guest->id,
    };
}

enum sev_status metadata_init(const struct snp_guest *guest, const struct hostmem_range *page)
{
    const struct rmp_page after = metadata_page_of(guest);
    struct rmp_page before;
    enum sev_status status = page_see(page, &before);

    /* Nobody else writes a Firmware page either. */
    if (status == SEV_STATUS_SUCCESS) {
        status = hostmem_copy_out(page, 0, zero_page, sizeof zero_page);
    }
    return status == SEV_STATUS_SUCCESS ? rmp_replace(page->paddr, &before, &after) : status;
}

enum sev_status metadata_read(const struct snp_guest *guest, const struct hostmem_range *range,
                              struct snp_mdata_entry *entry)
{
    if (range->length == 0) {
        *entry = guest->root_mdata;
        return SEV_STATUS_SUCCESS;
    }
    return hostmem_copy_in(range, 0, entry, sizeof *entry);
}

enum sev_status metadata_write(struct snp_guest *guest, const struct hostmem_range *range,
                               const struct snp_mdata_entry *entry)
{
    if (range->length == 0) {
        guest->root_mdata = *entry;
        return SEV_STATUS_SUCCESS;
    }
    return hostmem_copy_out(range, 0, entry, sizeof *entry);
}
