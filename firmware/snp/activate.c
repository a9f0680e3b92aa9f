/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_ACTIVATE (SNP 2.7): binds a guest to an ASID and loads its key. Every core may run it.
 *
 *   SUCCESS                 the guest has the ASID
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters or GCTX_PADDR are not in DRAM, or not 4 KiB aligned
 *   INVALID_PAGE_STATE      the parameters are not readable
 *   INVALID_GUEST           GCTX_PADDR is no guest's context
 *   INVALID_GUEST_STATE     neither LAUNCH nor RUNNING
 *   INVALID_ASID            0, not below the first SEV ASID, or above MAX_SNP_ASID
 *   ACTIVE                  the guest has another ASID
 *   ASID_OWNED              another guest has the ASID
 *   WBINVD_REQUIRED         the ASID was used, and a core has not executed WBINVD since
 *   DFFLUSH_REQUIRED        the ASID was used since the last DF_FLUSH
 *   INVALID_CONFIG          pages are still assigned to the ASID
 *   POLICY_FAILURE          the guest wants a single socket, and the machine has more
 */
#include "firmware/snp/row.h"

static enum sev_status handle(struct command *command)
{
    const struct snp_activate *parameters = (const struct snp_activate *)command->parameters;

    return snp_guest_activate(command->snp_guest, parameters->asid, &fabric_all_cores);
}

const struct command_row snp_activate_row = {
    ROW_COMMAND(ACTIVATE, "2.7"),
    ROW_PARAMETERS(snp_activate),
    ROW_GUEST(snp_activate, gctx_paddr, SNP_GUEST_STATES_LAUNCHED),
    .statuses = GUEST_STATUSES | ACTIVATE_STATUSES,
    .handle = handle,
};
