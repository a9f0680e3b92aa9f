/*
 * DECOMMISSION (section 4.14): wipes and frees a guest context. With the last one the platform goes
 * from WORKING to INIT.
 *
 *   SUCCESS                 the handle is gone
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM
 *   INVALID_GUEST           no such handle
 *   ACTIVE                  the guest has an ASID
 */
#include "firmware/guest/guest.h"
#include "firmware/sev/commands.h"

enum sev_status sev_decommission(struct command *command)
{
    if (guest_is_active(command->guest)) {
        return SEV_STATUS_ACTIVE;
    }
    guest_destroy(command->guest);
    return SEV_STATUS_SUCCESS;
}
