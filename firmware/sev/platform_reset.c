/*
 * PLATFORM_RESET (section 4.3): erases OCA, PEK, PDH and ownership. The next INIT makes new ones; the
 * CEK stays. An NV block that is known from an earlier INIT_EX is filled with FFh.
 *
 *   SUCCESS                 persistent data is gone
 *   INVALID_PLATFORM_STATE  not UNINIT
 *   HWERROR_PLATFORM        flash failed
 */
#include "firmware/platform/platform.h"
#include "firmware/sev/commands.h"

enum sev_status sev_platform_reset(struct command *command)
{
    (void)command;
    return platform_reset();
}
