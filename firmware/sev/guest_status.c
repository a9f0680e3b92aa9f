/*
 * GUEST_STATUS (section 4.16): policy, ASID and state of a guest.
 *
 *   SUCCESS                 the parameters are filled in
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters are not in DRAM
 *   INVALID_GUEST           no such handle
 */
#include "abi/sev_commands.h"
#include "firmware/guest/guest.h"
#include "firmware/sev/commands.h"

enum sev_status sev_guest_status(struct command *command)
{
    struct sev_guest_status *parameters = (struct sev_guest_status *)command->parameters;

    parameters->policy = command->guest->policy;
    parameters->asid = command->guest->asid;
    parameters->state = (uint8_t)command->guest->state;
    return SEV_STATUS_SUCCESS;
}
