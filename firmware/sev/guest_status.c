/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GUEST_STATUS (section 4.16): policy, ASID and state of a guest.
 *
 *   SUCCESS                 the parameters are filled in
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 */
#include "firmware/guest/guest.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    struct sev_guest_status *parameters = (struct sev_guest_status *)command->parameters;

    parameters->policy = command->guest->policy;
    parameters->asid = command->guest->asid;
    parameters->state = (uint8_t)command->guest->state;
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_guest_status_row = {
    ROW_COMMAND(GUEST_STATUS, "4.16"),
    ROW_PARAMETERS(sev_guest_status),
    ROW_GUEST(sev_guest_status, COMMAND_GUEST_ANY),
    .out = {{offsetof(struct sev_guest_status, policy), 9}},
    .statuses = ANY_GUEST_STATUSES,
    .handle = handle,
};
