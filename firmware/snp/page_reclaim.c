/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_PAGE_RECLAIM (SNP 2.17): ends the firmware's hold on a page: Firmware and Metadata become
 * Reclaim, Pre-Guest becomes Guest-Invalid, Pre-Swap becomes Guest-Valid. A Reclaim page stays one.
 *
 *   SUCCESS                 done
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters or the page are not in DRAM, or it is not aligned
 *   INVALID_PAGE_SIZE       bit 0 of PADDR is not the page's size
 *   INVALID_PAGE_STATE      another state, or a page that the firmware needs: the RMP's, the TMR's
 */
#include "firmware/fabric.h"
#include "firmware/snp/row.h"

#define SIZE_BIT 1u
#define RESERVED_BITS 0xFFEu

static enum sev_status check(struct command *command)
{
    return (command_get_u64(command, 0) & RESERVED_BITS) == 0 ? SEV_STATUS_SUCCESS
                                                              : SEV_STATUS_INVALID_ADDRESS;
}

/** @return the state after PAGE_RECLAIM, or NO_STATE */
static enum rmp_state reclaimed(enum rmp_state state)
{
    switch (state) {
    case RMP_FIRMWARE:
    case RMP_METADATA:
    case RMP_RECLAIM:
        return RMP_RECLAIM;
    case RMP_PRE_GUEST:
        return RMP_GUEST_INVALID;
    case RMP_PRE_SWAP:
        return RMP_GUEST_VALID;
    default:
        return RMP_NO_STATE;
    }
}

static enum sev_status handle(struct command *command)
{
    const uint64_t field = command_get_u64(command, 0);
    const bool is_2m = (field & SIZE_BIT) != 0;
    const uint64_t paddr = (field & ~(uint64_t)SIZE_BIT) & ~fabric_c_bit_mask();
    const uint32_t bytes = is_2m ? RMP_REGION_BYTES : RMP_PAGE_BYTES;
    const struct rmp_expectation expected = {
        .states = RMP_STATE(FIRMWARE) | RMP_STATE(METADATA) | RMP_STATE(RECLAIM) |
                  RMP_STATE(PRE_GUEST) | RMP_STATE(PRE_SWAP),
        .size = is_2m ? RMP_2M_PAGE : RMP_4K,
    };
    struct rmp_page page;
    struct rmp_page after;
    enum sev_status status;

    if (paddr % bytes != 0 || !fabric_has(paddr, bytes)) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    rmp_look_up(paddr, &page);
    status = rmp_compare(&page, &expected);
    if (status == SEV_STATUS_SUCCESS && hostmem_is_held(paddr, bytes)) {
        status = SEV_STATUS_INVALID_PAGE_STATE;
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    after = page;
    after.state = reclaimed(page.state);
    if (after.state == RMP_RECLAIM) {
        after.gpa = 0;
        after.vmsa = false;
    }
    return rmp_replace(paddr, &page, &after);
}

const struct command_row snp_page_reclaim_row = {
    ROW_COMMAND(PAGE_RECLAIM, "2.17"),
    ROW_PARAMETERS(snp_address),
    ROW_SNP_INIT,
    .statuses = INIT_STATE_STATUSES | COMMAND_STATUS(INVALID_PAGE_SIZE),
    .check = check,
    .handle = handle,
};
