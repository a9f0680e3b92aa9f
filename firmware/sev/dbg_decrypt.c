/*
 * DBG_DECRYPT (section 4.31): copies guest memory to host memory in plaintext, for a guest whose
 * policy allows debugging.
 *
 *   SUCCESS                 DST holds the plaintext
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters, SRC or DST are not in DRAM, overlap, or are not 16-byte
 *                           aligned
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     the guest has been sent
 *   POLICY_FAILURE          POLICY.NODBG
 *   INACTIVE                the guest has no ASID
 *   INVALID_LENGTH          LENGTH is 0 or not a multiple of 16
 *   HWERROR_UNSAFE          the memory was taken away while the command ran
 */
#include "firmware/guest/copy.h"
#include "firmware/guest/guest.h"
#include "firmware/sev/commands.h"

#define SRC_BUFFER 0u
#define DST_BUFFER 1u

enum sev_status sev_dbg_check(struct command *command)
{
    return (command->guest->policy & SEV_POLICY_NODBG) != 0 ? SEV_STATUS_POLICY_FAILURE
                                                            : SEV_STATUS_SUCCESS;
}

enum sev_status sev_dbg_decrypt(struct command *command)
{
    return copy_memory(command->guest, &command->data[SRC_BUFFER].range, COPY_GUEST_MEMORY,
                       &command->data[DST_BUFFER].range, COPY_HOST_MEMORY)
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_HWERROR_UNSAFE;
}
