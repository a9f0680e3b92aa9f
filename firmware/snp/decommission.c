/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_DECOMMISSION (SNP 2.6): ends a guest in any state. Its keys are gone, its ASID waits for WBINVD
 * and SNP_DF_FLUSH, its context page is a Firmware page. Its memory need not be back.
 *
 *   SUCCESS                 the guest is no more
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters or GCTX_PADDR are not in DRAM, or not 4 KiB aligned
 *   INVALID_PAGE_STATE      the parameters are not readable
 *   INVALID_GUEST           GCTX_PADDR is no guest's context
 */
#include "firmware/snp/row.h"

static enum sev_status handle(struct command *command)
{
    snp_guest_destroy(command->snp_guest);
    command->snp_guest = NULL;
    return SEV_STATUS_SUCCESS;
}

const struct command_row snp_decommission_row = {
    ROW_COMMAND(DECOMMISSION, "2.6"),
    ROW_PARAMETERS(snp_address),
    ROW_GUEST(snp_address, paddr, SNP_GUEST_STATES_ANY),
    .statuses = ANY_GUEST_STATUSES,
    .handle = handle,
};
