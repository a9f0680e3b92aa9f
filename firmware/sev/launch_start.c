/*
 * LAUNCH_START (section 4.18): makes a guest context. Its transport keys come from the owner's
 * session, or are random when there is none; its memory key is random, or another guest's.
 *
 *   SUCCESS                 the guest exists, HANDLE is its handle, the platform is WORKING
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters, certificate or session are not in DRAM
 *   INVALID_PARAM           a reserved bit of POLICY is set
 *   POLICY_FAILURE          POLICY wants a newer API, or SEV-ES while it is off; or HANDLE is not 0
 *                           and either guest forbids key sharing
 *   INVALID_GUEST           HANDLE is neither 0 nor a guest's
 *   INVALID_GUEST_STATE     the guest that HANDLE names has been sent
 *   INVALID_LENGTH          the lengths are neither both 0 nor 824h and 80h
 *   INVALID_CERTIFICATE     version, usage, algorithm, curve, point or padding of the owner's
 *                           certificate is wrong; its signatures are not looked at
 *   BAD_MEASUREMENT         WRAP_MAC or POLICY_MAC of the session does not verify
 *   RESOURCE_LIMIT          there are GUEST_MAX guests
 *   HWERROR_PLATFORM        the random generator failed
 */
#include "abi/sev_commands.h"
#include "firmware/guest/policy.h"
#include "firmware/guest/start.h"
#include "firmware/sev/commands.h"

enum sev_status sev_launch_start_check(struct command *command)
{
    const struct sev_launch_start *parameters =
        (const struct sev_launch_start *)command->parameters;

    return policy_check_start(parameters->policy, parameters->handle);
}

enum sev_status sev_launch_start(struct command *command)
{
    struct sev_launch_start *parameters = (struct sev_launch_start *)command->parameters;

    return guest_start(command, SEV_GUEST_LUPDATE, parameters->policy, &parameters->handle);
}
