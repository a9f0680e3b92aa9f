/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DEACTIVATE (section 9.4): takes a guest's key out of its slot. All cores that could run it owe a
 * WBINVD afterwards, and the ASID waits for DF_FLUSH. An inactive guest stays as it is.
 *
 *   SUCCESS                 the guest is inactive
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 */
#include "firmware/guest/guest.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    guest_deactivate(command->guest);
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_deactivate_row = {
    ROW_COMMAND(DEACTIVATE, "9.4"),
    ROW_PARAMETERS(sev_handle),
    ROW_GUEST(sev_handle, COMMAND_GUEST_ANY),
    .statuses = ANY_GUEST_STATUSES,
    .handle = handle,
};
