/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_ACTIVATE_EX (SNP 2.7): as SNP_ACTIVATE, but only the core complexes that contain the listed
 * cores get the key. A guest that has the ASID can be given more.
 *
 *   SUCCESS                 the guest has the ASID on the complexes
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_LENGTH          LENGTH is below 20h, or NUM_IDS is 0 or above 512
 *   INVALID_ADDRESS         the parameters, IDS or GCTX_PADDR are not in DRAM, or not aligned
 *   INVALID_PAGE_STATE      the parameters or IDS are not readable
 *   INVALID_PARAM           a reserved field is not 0, or an id is no core's
 *   INVALID_GUEST           GCTX_PADDR is no guest's context
 *   INVALID_GUEST_STATE     neither LAUNCH nor RUNNING
 *   INVALID_ASID            0, not below the first SEV ASID, or above MAX_SNP_ASID
 *   ACTIVE                  the guest has another ASID
 *   ASID_OWNED              another guest has the ASID
 *   WBINVD_REQUIRED         the ASID was used, and a core has not executed WBINVD since
 *   DFFLUSH_REQUIRED        the ASID was used since the last DF_FLUSH
 *   INVALID_CONFIG          pages are still assigned to the ASID
 *   POLICY_FAILURE          the guest wants a single socket, and would get cores of two
 */
#include "firmware/core_list.h"
#include "firmware/snp/row.h"

#define IDS_BUFFER 0u

static enum sev_status check(struct command *command)
{
    const struct snp_activate_ex *parameters = (const struct snp_activate_ex *)command->parameters;

    return parameters->reserved_04 == 0 ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_PARAM;
}

static enum sev_status handle(struct command *command)
{
    const struct snp_activate_ex *parameters = (const struct snp_activate_ex *)command->parameters;
    struct fabric_core_set cores;

    if (!core_list_collect(&command->data[IDS_BUFFER], &cores)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    return snp_guest_activate(command->snp_guest, parameters->asid, &cores);
}

const struct command_row snp_activate_ex_row = {
    ROW_COMMAND(ACTIVATE_EX, "2.7"),
    ROW_PARAMETERS(snp_activate_ex),
    ROW_GUEST(snp_activate_ex, gctx_paddr, SNP_GUEST_STATES_LAUNCHED),
    .has_length = true,
    .buffers = {{
        .name = "IDS",
        .direction = COMMAND_IN,
        .rule = COMMAND_LENGTH_WORDS,
        .paddr_offset = offsetof(struct snp_activate_ex, ids_paddr),
        .length_offset = offsetof(struct snp_activate_ex, num_ids),
        .length = FABRIC_CORES_MAX * sizeof(uint32_t),
        .alignment = sizeof(uint32_t),
    }},
    .statuses = GUEST_STATUSES | ACTIVATE_STATUSES | COMMAND_STATUS(INVALID_LENGTH) |
                COMMAND_STATUS(INVALID_PARAM),
    .check = check,
    .handle = handle,
};
