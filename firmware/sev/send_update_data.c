/*
 * SEND_UPDATE_DATA (section 4.26): reads guest memory and puts it into a packet for the target. Guest
 * memory does not change.
 *
 *   SUCCESS                 header and data are written, with their lengths
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters or a buffer are not in DRAM, overlap, or GUEST_PADDR is
 *                           not 16-byte aligned
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not SUPDATE
 *   INVALID_LENGTH          HDR_LENGTH is below 34h or TRANS_LENGTH below GUEST_LENGTH: both needed
 *                           lengths are written back; GUEST_LENGTH is 0, not a multiple of 16, or
 *                           above 4000h
 *   INACTIVE                the guest has no ASID
 *   HWERROR_PLATFORM        the random generator failed
 *   HWERROR_UNSAFE          the memory was taken away while the command ran
 */
#include "firmware/guest/transfer.h"
#include "firmware/sev/commands.h"

enum sev_status sev_send_update_data(struct command *command)
{
    if (!transfer_read_guest(command, command->data[TRANSFER_DATA_BUFFER].bytes)) {
        return SEV_STATUS_HWERROR_UNSAFE;
    }
    return transfer_pack(command, SEV_MAC_CONTEXT_SEND_DATA);
}
