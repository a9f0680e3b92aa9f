/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_SHUTDOWN_EX (SNP 2.2): ends all guests and takes the SEV-SNP platform to UNINIT. With
 * X86_SNP_SHUTDOWN the RMP is no longer in force. IOMMU_SNP_SHUTDOWN has nothing to do here: the machine
 * has no IOMMU with buffers of its own.
 *
 *   SUCCESS             the platform is UNINIT, without guests
 *   INVALID_ADDRESS     the parameters are not in DRAM
 *   INVALID_PAGE_STATE  the parameters are not readable
 *   INVALID_LENGTH      LENGTH is below 8
 *   INVALID_PARAM       reserved bits are set
 *   WBINVD_REQUIRED     in INIT: a core owes a WBINVD
 *   DFFLUSH_REQUIRED    in INIT: an ASID waits for SNP_DF_FLUSH
 */
#include "firmware/snp/row.h"
#include "firmware/snp_guest/start.h"

static enum sev_status check(struct command *command)
{
    const struct snp_shutdown_ex *parameters = (const struct snp_shutdown_ex *)command->parameters;

    return (parameters->flags & ~(SNP_SHUTDOWN_IOMMU | SNP_SHUTDOWN_X86)) == 0
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_PARAM;
}

static enum sev_status handle(struct command *command)
{
    const struct snp_shutdown_ex *parameters = (const struct snp_shutdown_ex *)command->parameters;
    const enum sev_status status = snp_end();

    if (status == SEV_STATUS_SUCCESS && (parameters->flags & SNP_SHUTDOWN_X86) != 0) {
        snp_leave_x86();
    }
    return status;
}

const struct command_row snp_shutdown_ex_row = {
    ROW_COMMAND(SHUTDOWN_EX, "2.2"),
    ROW_PARAMETERS(snp_shutdown_ex),
    ROW_SNP_ANY,
    .has_length = true,
    .statuses = SHUTDOWN_STATUSES | PARAMETER_STATUSES | COMMAND_STATUS(INVALID_LENGTH) |
                COMMAND_STATUS(INVALID_PARAM),
    .check = check,
    .handle = handle,
};
