/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_PAGE_UNSMASH (SNP 2.17): makes one page of 2 MiB of 512 pages of 4 KiB that are a guest's,
 * Pre-Guest or Pre-Swap. Bit 0 of PADDR, which may say the size, has no meaning.
 *
 *   SUCCESS                 the region is one page
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters or the 2 MiB are not in DRAM, or not aligned
 *   INVALID_PAGE_SIZE       the region is one page already
 *   INVALID_PAGE_STATE      the first page is neither Pre-Guest nor Pre-Swap, is a VMSA, or its GPA is
 *                           not 2 MiB aligned; another differs from it in more than the GPA, which must
 *                           follow; the parameters are not readable; or a core keeps the entry locked
 *   INVALID_PAGE_OWNER      the pages are not all of one guest
 */
#include "firmware/fabric.h"
#include "firmware/snp/row.h"

#define SIZE_BIT 1u

static enum sev_status handle(struct command *command)
{
    const uint64_t field = command_get_u64(command, 0);
    const uint64_t paddr = field & ~(fabric_c_bit_mask() | SIZE_BIT);

    if (paddr % RMP_REGION_BYTES != 0 || !fabric_has(paddr, RMP_REGION_BYTES)) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    return rmp_unsmash(paddr);
}

const struct command_row snp_page_unsmash_row = {
    ROW_COMMAND(PAGE_UNSMASH, "2.17"),
    ROW_PARAMETERS(snp_address),
    ROW_SNP_INIT,
    .statuses = INIT_STATE_STATUSES | COMMAND_STATUS(INVALID_PAGE_SIZE) |
                COMMAND_STATUS(INVALID_PAGE_OWNER),
    .handle = handle,
};
