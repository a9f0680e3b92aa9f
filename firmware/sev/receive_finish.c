/*
 * RECEIVE_FINISH (section 4.30): the guest is complete and may run.
 *
 *   SUCCESS                 TEK and TIK are wiped; state RUNNING
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not RUPDATE
 */
#include "firmware/guest/guest.h"
#include "firmware/sev/commands.h"

enum sev_status sev_receive_finish(struct command *command)
{
    guest_forget_transport(command->guest);
    command->guest->state = SEV_GUEST_RUNNING;
    return SEV_STATUS_SUCCESS;
}
