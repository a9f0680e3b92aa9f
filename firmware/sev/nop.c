/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NOP (section 4.13): does nothing.
 *
 *   SUCCESS  always
 */
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    (void)command;
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_nop_row = {
    ROW_COMMAND(NOP, "4.13"),
    .platform_states = COMMAND_PLATFORM_ANY,
    .statuses = COMMAND_STATUS(SUCCESS),
    .handle = handle,
};
