/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHUTDOWN (section 4.2): destroys all guest contexts, gives the TMR and the NV block back and takes
 * the platform to UNINIT. Persistent data stays. In UNINIT it does nothing.
 *
 *   SUCCESS  always
 */
#include "firmware/guest/guests.h"
#include "firmware/platform/platform.h"
#include "firmware/ring.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    (void)command;
    if (platform_state() != SEV_PLATFORM_UNINIT) {
        ring_stop();
        guests_stop();
        platform_shutdown();
    }
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_shutdown_row = {
    ROW_COMMAND(SHUTDOWN, "4.2"),
    .platform_states = COMMAND_PLATFORM_ANY,
    .statuses = COMMAND_STATUS(SUCCESS),
    .handle = handle,
};
