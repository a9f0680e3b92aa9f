/*
 * SEND_FINISH (section 4.27): the guest has been sent. It can only be deactivated and decommissioned.
 *
 *   SUCCESS                 TEK and TIK are wiped; state SENT
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not SUPDATE
 */
#include "firmware/guest/guest.h"
#include "firmware/sev/commands.h"

enum sev_status sev_send_finish(struct command *command)
{
    guest_forget_transport(command->guest);
    command->guest->state = SEV_GUEST_SENT;
    return SEV_STATUS_SUCCESS;
}
