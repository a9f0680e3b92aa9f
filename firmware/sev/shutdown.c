/*
 * SHUTDOWN (section 4.2): destroys all guest contexts, gives the TMR and the NV block back and takes
 * the platform to UNINIT. Persistent data stays. In UNINIT it does nothing.
 *
 *   SUCCESS  always
 */
#include "firmware/platform/platform.h"
#include "firmware/sev/commands.h"

enum sev_status sev_shutdown(struct command *command)
{
    (void)command;
    if (platform_state() != SEV_PLATFORM_UNINIT) {
        platform_shutdown();
    }
    return SEV_STATUS_SUCCESS;
}
