/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DECOMMISSION (section 4.14): wipes and frees a guest context. With the last one the platform goes
 * from WORKING to INIT.
 *
 *   SUCCESS                 the handle is gone
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   ACTIVE                  the guest has an ASID
 */
#include "firmware/guest/guest.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    if (guest_is_active(command->guest)) {
        return SEV_STATUS_ACTIVE;
    }
    guest_destroy(command->guest);
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_decommission_row = {
    ROW_COMMAND(DECOMMISSION, "4.14"),
    ROW_PARAMETERS(sev_handle),
    ROW_GUEST(sev_handle, COMMAND_GUEST_ANY),
    .statuses = ANY_GUEST_STATUSES | COMMAND_STATUS(ACTIVE),
    .handle = handle,
};
