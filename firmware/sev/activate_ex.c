/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ACTIVATE_EX (section 9.3): as ACTIVATE, but only for the core complexes that contain the listed
 * cores: after DEACTIVATE only their cores owe a WBINVD. An active guest can be given more complexes on
 * the same ASID.
 *
 *   SUCCESS                 the guest is active on the complexes
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters or IDS are not in DRAM, or IDS_PADDR is not 4-byte
 *                           aligned
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     the guest has been sent
 *   INVALID_LENGTH          EX_LEN is not 18h
 *   INVALID_PARAM           NUM_IDS is 0 or above 512, or an id is no core's
 *   INVALID_ASID            0, above MAX_ASID, or in the wrong partition for POLICY.ES
 *   ACTIVE                  the guest has another ASID
 *   ASID_OWNED              a guest with another key has the ASID
 *   DFFLUSH_REQUIRED        the ASID was used since the last DF_FLUSH
 */
#include "firmware/core_list.h"
#include "firmware/guest/guest.h"
#include "firmware/sev/row.h"

#define IDS_BUFFER 0u

/** Checks that come before lengths and addresses. */
static enum sev_status check(struct command *command)
{
    const struct sev_activate_ex *parameters = (const struct sev_activate_ex *)command->parameters;

    if (parameters->ex_len != sizeof *parameters) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    if (parameters->num_ids == 0 || parameters->num_ids > FABRIC_CORES_MAX) {
        return SEV_STATUS_INVALID_PARAM;
    }
    return SEV_STATUS_SUCCESS;
}

static enum sev_status handle(struct command *command)
{
    const struct sev_activate_ex *parameters = (const struct sev_activate_ex *)command->parameters;
    struct fabric_core_set cores;

    if (!core_list_collect(&command->data[IDS_BUFFER], &cores)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    return guest_activate_more(command->guest, parameters->asid, &cores);
}

const struct command_row sev_activate_ex_row = {
    ROW_COMMAND(ACTIVATE_EX, "9.3"),
    ROW_PARAMETERS(sev_activate_ex),
    ROW_GUEST(sev_activate_ex, COMMAND_GUEST_NOT_SENT),
    .buffers = {ROW_BUFFER_AT("IDS", sev_activate_ex, ids_paddr, num_ids, IN, WORDS,
                              FABRIC_CORES_MAX * sizeof(uint32_t), 4)},
    .statuses = ANY_GUEST_STATUSES | COMMAND_STATUS(INVALID_GUEST_STATE) |
                COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_PARAM) |
                COMMAND_STATUS(INVALID_ASID) | COMMAND_STATUS(ACTIVE) | COMMAND_STATUS(ASID_OWNED) |
                COMMAND_STATUS(DFFLUSH_REQUIRED),
    .check = check,
    .handle = handle,
};
