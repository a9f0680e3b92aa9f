/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEND_UPDATE_DATA (section 4.26): reads guest memory and puts it into a packet for the target. Guest
 * memory does not change.
 *
 *   SUCCESS                 header and data are written, with their lengths
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters or a buffer are not in DRAM, overlap, or GUEST_PADDR is
 *                           not 16-byte aligned
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not SUPDATE
 *   INVALID_LENGTH          HDR_LENGTH is below 34h or TRANS_LENGTH below GUEST_LENGTH: both needed
 *                           lengths are written back; GUEST_LENGTH is 0, not a multiple of 16, or
 *                           above 4000h
 *   INACTIVE                the guest has no ASID
 *   HWERROR_PLATFORM        the random generator failed
 */
#include "firmware/guest/transfer.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    return transfer_send(command, SEV_MAC_CONTEXT_SEND_DATA);
}

const struct command_row sev_send_update_data_row = {
    ROW_COMMAND(SEND_UPDATE_DATA, "4.26"),
    ROW_PACKET_OUT(COMMAND_STATE(SEV_GUEST_SUPDATE), BLOCKS, SEV_PACKET_MAX, SEV_BLOCK_BYTES),
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INACTIVE) |
                COMMAND_STATUS(HWERROR_PLATFORM),
    .handle = handle,
};
