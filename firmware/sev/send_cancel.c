/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEND_CANCEL (section 4.27): the guest stays here and may be sent anew.
 *
 *   SUCCESS                 TEK and TIK are wiped; state RUNNING
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not SUPDATE
 */
#include "firmware/guest/guest.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    guest_forget_transport(command->guest);
    command->guest->state = SEV_GUEST_RUNNING;
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_send_cancel_row = {
    ROW_COMMAND(SEND_CANCEL, "4.27"),
    ROW_PARAMETERS(sev_handle),
    ROW_GUEST(sev_handle, COMMAND_STATE(SEV_GUEST_SUPDATE)),
    .statuses = GUEST_STATUSES,
    .handle = handle,
};
