/*
 * DEACTIVATE (section 9.4): takes a guest's key out of its slot. All cores that could run it owe a
 * WBINVD afterwards, and the ASID waits for DF_FLUSH. An inactive guest stays as it is.
 *
 *   SUCCESS                 the guest is inactive
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM
 *   INVALID_GUEST           no such handle
 */
#include "firmware/guest/asid.h"
#include "firmware/sev/commands.h"

enum sev_status sev_deactivate(struct command *command)
{
    asid_deactivate(command->guest);
    return SEV_STATUS_SUCCESS;
}
