/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_GUEST_STATUS (SNP 2.8): policy, ASID and state of a guest.
 *
 *   SUCCESS                 the page holds struct snp_guest_status_page
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters, STATUS_PADDR or GCTX_PADDR are not in DRAM or not
 *                           aligned, or they overlap
 *   INVALID_GUEST           GCTX_PADDR is no guest's context
 *   INVALID_PAGE_STATE      the status' page is neither Firmware nor Default, or the parameters are
 *                           not readable
 */
#include "firmware/snp/row.h"

#define STATUS_BUFFER 0u

static enum sev_status handle(struct command *command)
{
    struct snp_guest_status_page *page =
        (struct snp_guest_status_page *)command->data[STATUS_BUFFER].bytes;

    *page = (struct snp_guest_status_page){
        .policy = command->snp_guest->policy,
        .asid = command->snp_guest->asid,
        .state = command->snp_guest->state,
    };
    return SEV_STATUS_SUCCESS;
}

const struct command_row snp_guest_status_row = {
    ROW_COMMAND(GUEST_STATUS, "2.8"),
    ROW_PARAMETERS(snp_guest_status),
    ROW_GUEST(snp_guest_status, gctx_paddr, SNP_GUEST_STATES_ANY),
    .buffers = {ROW_BUFFER_FIXED("STATUS", snp_guest_status, status_paddr, OUT,
                                 sizeof(struct snp_guest_status_page), 8)},
    .statuses = ANY_GUEST_STATUSES,
    .handle = handle,
};
