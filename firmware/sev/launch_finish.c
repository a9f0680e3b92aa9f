/*
 * LAUNCH_FINISH (section 4.23): ends the launch. TEK, TIK and MEASURE are wiped; the launch digest
 * stays for ATTESTATION.
 *
 *   SUCCESS                 state RUNNING
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not LSECRET
 */
#include "firmware/guest/guest.h"
#include "firmware/sev/commands.h"

enum sev_status sev_launch_finish(struct command *command)
{
    guest_forget_transport(command->guest);
    command->guest->state = SEV_GUEST_RUNNING;
    return SEV_STATUS_SUCCESS;
}
