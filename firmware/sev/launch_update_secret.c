/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LAUNCH_UPDATE_SECRET (sections 4.22, 7.6): puts a secret of the guest owner into guest memory. The
 * packet is bound to the measurement, and nothing is written unless its MAC verifies.
 *
 *   SUCCESS                 the secret is in guest memory; the state stays LSECRET
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters or a buffer are not in DRAM, overlap, or GUEST_PADDR is
 *                           not 16-byte aligned
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not LSECRET
 *   INACTIVE                the guest has no ASID
 *   INVALID_LENGTH          HDR_LENGTH is not 34h; GUEST_LENGTH is 0, not a multiple of 16, or
 *                           above 4000h; TRANS_LENGTH is not GUEST_LENGTH
 *   INVALID_PARAM           a reserved bit of FLAGS is set
 *   UNSUPPORTED             FLAGS.COMPRESSED is set
 *   BAD_MEASUREMENT         the packet's MAC does not verify
 */
#include "firmware/guest/transfer.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    return transfer_receive(command, SEV_MAC_CONTEXT_LAUNCH_SECRET, command->guest->measure);
}

const struct command_row sev_launch_update_secret_row = {
    ROW_COMMAND(LAUNCH_UPDATE_SECRET, "4.22"),
    ROW_PACKET_IN(COMMAND_STATE(SEV_GUEST_LSECRET), BLOCKS, SEV_PACKET_MAX, SEV_BLOCK_BYTES),
    .statuses = PACKET_IN_STATUSES,
    .handle = handle,
};
