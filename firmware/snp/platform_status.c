/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_PLATFORM_STATUS (SNP 2.3, 10.3): version, state, settings, number of guests, TCB versions. In INIT
 * the page is the host's to reclaim afterwards, unless it has 2 MiB and the firmware needs another part.
 *
 *   SUCCESS             the page holds struct snp_platform_status_page
 *   INVALID_ADDRESS     the parameters or the page are not in DRAM, or the page is not aligned to 8
 *   INVALID_PAGE_STATE  the page is neither Firmware nor Default, or the parameters are not readable
 */
#include "firmware/platform/chip_key.h"
#include "firmware/platform/product.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"
#include "firmware/snp/row.h"

#define STATUS_BUFFER 0u

static uint32_t flags(void)
{
    const struct snp_settings *settings = snp_settings();

    return SNP_STATUS_FEATURE_INFO | SNP_STATUS_CIPHERTEXT_HIDING_CAP |
           (settings->mask_chip_id ? SNP_STATUS_MASK_CHIP_ID : 0) |
           (settings->mask_chip_key ? SNP_STATUS_MASK_CHIP_KEY : 0) |
           (chip_vlek_is_loaded() ? SNP_STATUS_VLEK_EN : 0) |
           (settings->options.rapl_disabled ? SNP_STATUS_RAPL_DIS : 0) |
           (settings->options.hides_ciphertext ? SNP_STATUS_CIPHERTEXT_HIDING_EN : 0);
}

/**
 * Gives the page back to the host, which reclaims it. One of 2 MiB stays while the firmware holds
 * another part of it, as with SNP_PAGE_RECLAIM.
 */
static enum sev_status give_back(uint64_t paddr)
{
    struct rmp_page page;
    struct rmp_page reclaim;
    uint64_t bytes;

    rmp_look_up(paddr, &page);
    bytes = page.size == RMP_2M_PAGE ? RMP_REGION_BYTES : RMP_PAGE_BYTES;
    paddr -= paddr % bytes;
    if (!rmp_is_asked() || page.state != RMP_FIRMWARE || hostmem_is_held(paddr, bytes)) {
        return SEV_STATUS_SUCCESS;
    }
    reclaim = page;
    reclaim.state = RMP_RECLAIM;
    return rmp_replace(paddr, &page, &reclaim);
}

static enum sev_status handle(struct command *command)
{
    const struct hostmem_range *range = &command->data[STATUS_BUFFER].range;
    const struct snp_platform_status_page page = {
        .api_major = product()->api_major,
        .api_minor = product()->api_minor,
        .state = (uint8_t)platform_snp_state(),
        .rmp_flags = (snp_rmp_is_initialised() ? SNP_STATUS_RMP_INITIALIZED : 0) |
                     SNP_STATUS_ALIAS_CHECK_COMPLETE,
        .build_id = SEV_BUILD,
        .flags = flags(),
        .guest_count = snp_guest_count(),
        .current_tcb = tcb_current(),
        .reported_tcb = snp_reported_tcb(),
    };
    const enum sev_status status = hostmem_copy_out(range, 0, &page, sizeof page);

    return status == SEV_STATUS_SUCCESS ? give_back(range->paddr) : status;
}

const struct command_row snp_platform_status_row = {
    ROW_COMMAND(PLATFORM_STATUS, "2.3"),
    ROW_PARAMETERS(snp_address),
    ROW_SNP_ANY,
    .buffers = {ROW_BUFFER_FIXED("STATUS", snp_address, paddr, REGION_WRITE,
                                 sizeof(struct snp_platform_status_page), 8)},
    .statuses = PARAMETER_STATUSES,
    .handle = handle,
};
