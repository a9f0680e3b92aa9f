/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_VLEK_LOAD (SNP 8.3): takes a cloud provider's key for attestation reports, wrapped for this chip.
 * SNP_SHUTDOWN forgets it.
 *
 *   SUCCESS                 reports and guests' keys can be made with the VLEK
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_LENGTH          LENGTH is below 10h
 *   INVALID_ADDRESS         the parameters or the wrapped key are not in DRAM
 *   INVALID_PARAM           WRAPPED_VERSION or a reserved field is not 0, or a part of its TCB version is
 *                           above the current one
 *   INVALID_PAGE_STATE      the parameters or the wrapped key are not readable
 *   BAD_MEASUREMENT         the key was not wrapped for this chip, or was changed
 */
#include "firmware/platform/chip_key.h"
#include "firmware/snp/row.h"

#define WRAPPED_BUFFER 0u

static enum sev_status check(struct command *command)
{
    const struct snp_vlek_load *parameters = (const struct snp_vlek_load *)command->parameters;

    return (parameters->wrapped_version | parameters->reserved_05[0] | parameters->reserved_05[1] |
            parameters->reserved_05[2]) == 0
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_PARAM;
}

static enum sev_status handle(struct command *command)
{
    return chip_vlek_load((const struct snp_wrapped_vlek *)command->data[WRAPPED_BUFFER].bytes);
}

const struct command_row snp_vlek_load_row = {
    ROW_COMMAND(VLEK_LOAD, "8.3"),
    ROW_PARAMETERS(snp_vlek_load),
    ROW_SNP_INIT,
    .has_length = true,
    .buffers = {ROW_BUFFER_FIXED("WRAPPED", snp_vlek_load, wrapped_paddr, IN,
                                 sizeof(struct snp_wrapped_vlek), 1)},
    .statuses = INIT_STATE_STATUSES | COMMAND_STATUS(INVALID_LENGTH) |
                COMMAND_STATUS(INVALID_PARAM) | COMMAND_STATUS(BAD_MEASUREMENT),
    .check = check,
    .handle = handle,
};
