/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEND_UPDATE_VMSA (section 4.26): reads a VMSA page, checks that the host did not change it, and puts
 * it into a packet for the target.
 *
 *   SUCCESS                 header and data are written, with their lengths
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters or a buffer are not in DRAM, overlap, or GUEST_PADDR is
 *                           not 4 KiB aligned
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not SUPDATE
 *   POLICY_FAILURE          the guest is not an SEV-ES guest
 *   INVALID_LENGTH          HDR_LENGTH is below 34h or TRANS_LENGTH below GUEST_LENGTH: both needed
 *                           lengths are written back; GUEST_LENGTH is not 1000h
 *   INACTIVE                the guest has no ASID
 *   BAD_MEASUREMENT         the page is not a VMSA of the guest, was changed, or a core runs it
 *   HWERROR_PLATFORM        the random generator failed
 */
#include "firmware/guest/guest_memory.h"
#include "firmware/guest/policy.h"
#include "firmware/guest/transfer.h"
#include "firmware/guest/vmsa.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    const struct hostmem_range *range = &command->data[TRANSFER_GUEST_BUFFER].range;
    uint8_t *plaintext = command->data[TRANSFER_DATA_BUFFER].bytes;
    const enum sev_status status = guest_memory_read(command->guest, range, plaintext);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!vmsa_is_intact(command->guest->handle, range->paddr, plaintext)) {
        return SEV_STATUS_BAD_MEASUREMENT;
    }
    return transfer_pack(command, SEV_MAC_CONTEXT_SEND_VMSA);
}

const struct command_row sev_send_update_vmsa_row = {
    ROW_COMMAND(SEND_UPDATE_VMSA, "4.26"),
    ROW_PACKET_OUT(COMMAND_STATE(SEV_GUEST_SUPDATE), EXACT, SEV_VMSA_BYTES, SEV_VMSA_BYTES),
    .statuses = GUEST_STATUSES | COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INVALID_LENGTH) |
                COMMAND_STATUS(INACTIVE) | COMMAND_STATUS(BAD_MEASUREMENT) |
                COMMAND_STATUS(HWERROR_PLATFORM),
    .check = policy_check_is_es,
    .handle = handle,
};
