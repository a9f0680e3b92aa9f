/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LAUNCH_UPDATE_DATA (section 4.19): measures plaintext and encrypts it in place with the guest's
 * key. Neither address nor length enter the launch digest (section 7.4).
 *
 *   SUCCESS                 the region is encrypted and measured
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters or the region are not in DRAM, overlap, or PADDR is not
 *                           16-byte aligned
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not LUPDATE
 *   INACTIVE                the guest has no ASID
 *   INVALID_LENGTH          LENGTH is 0, above 8000000h, or not a multiple of 16
 */
#include "firmware/guest/launch.h"
#include "firmware/sev/row.h"

#define REGION_BUFFER 0u

static enum sev_status handle(struct command *command)
{
    return launch_update(command->guest, &command->data[REGION_BUFFER].range);
}

const struct command_row sev_launch_update_data_row = {
    ROW_COMMAND(LAUNCH_UPDATE_DATA, "4.19"),
    ROW_PARAMETERS(sev_launch_update),
    ROW_GUEST(sev_launch_update, COMMAND_STATE(SEV_GUEST_LUPDATE)),
    .needs_active = true,
    .buffers = {ROW_BUFFER_AT("PADDR", sev_launch_update, paddr, length, GUEST_READ_WRITE, BLOCKS,
                              SEV_MEMORY_MAX, SEV_BLOCK_BYTES)},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INACTIVE) | COMMAND_STATUS(INVALID_LENGTH),
    .handle = handle,
};
