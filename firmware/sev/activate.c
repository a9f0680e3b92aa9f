/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ACTIVATE (section 9.2): binds a guest to an ASID and loads its key into that ASID's slot. All cores
 * may run it.
 *
 *   SUCCESS                 the guest is active
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     the guest has been sent
 *   INVALID_ASID            0, above MAX_ASID, or in the wrong partition for POLICY.ES
 *   ACTIVE                  the guest has an ASID
 *   ASID_OWNED              a guest with another key has the ASID
 *   DFFLUSH_REQUIRED        the ASID was used since the last DF_FLUSH
 */
#include "firmware/guest/guest.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    const struct sev_activate *parameters = (const struct sev_activate *)command->parameters;

    return guest_activate(command->guest, parameters->asid, &fabric_all_cores);
}

const struct command_row sev_activate_row = {
    ROW_COMMAND(ACTIVATE, "9.2"),
    ROW_PARAMETERS(sev_activate),
    ROW_GUEST(sev_activate, COMMAND_GUEST_NOT_SENT),
    .statuses = ANY_GUEST_STATUSES | COMMAND_STATUS(INVALID_GUEST_STATE) |
                COMMAND_STATUS(INVALID_ASID) | COMMAND_STATUS(ACTIVE) | COMMAND_STATUS(ASID_OWNED) |
                COMMAND_STATUS(DFFLUSH_REQUIRED),
    .handle = handle,
};
