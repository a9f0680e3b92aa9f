/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RECEIVE_UPDATE_VMSA (section 4.29): puts a VMSA page of the origin into guest memory and records its
 * integrity value. A page that is a VMSA of the guest already is not received again: a core may have
 * run it since, and the packet, which can be given again, would bring back older registers.
 *
 *   SUCCESS                 the page is in guest memory
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters or a buffer are not in DRAM, overlap, or GUEST_PADDR is
 *                           not 4 KiB aligned; or the page is a VMSA of the guest, or another's
 *                           that a core runs
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not RUPDATE
 *   POLICY_FAILURE          the guest is not an SEV-ES guest
 *   INACTIVE                the guest has no ASID
 *   INVALID_LENGTH          HDR_LENGTH is not 34h; GUEST_LENGTH is not 1000h; TRANS_LENGTH is not
 *                           GUEST_LENGTH
 *   INVALID_PARAM           a reserved bit of FLAGS is set
 *   UNSUPPORTED             FLAGS.COMPRESSED is set
 *   BAD_MEASUREMENT         the packet's MAC does not verify
 *   RESOURCE_LIMIT          the table of integrity values has no room for the page
 *   HWERROR_PLATFORM        the table of VMSAs is not as the firmware left it: memory controller or
 *                           DRAM failed
 */
#include "firmware/guest/guest_memory.h"
#include "firmware/guest/policy.h"
#include "firmware/guest/transfer.h"
#include "firmware/guest/vmsa.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    const struct hostmem_range *range = &command->data[TRANSFER_GUEST_BUFFER].range;
    const struct guest *guest = command->guest;
    uint8_t *page = command->data[TRANSFER_DATA_BUFFER].bytes;
    enum sev_status status = transfer_unpack(command, SEV_MAC_CONTEXT_SEND_VMSA);

    if (status == SEV_STATUS_SUCCESS && vmsa_is_known(guest->handle, range->paddr)) {
        status = SEV_STATUS_INVALID_ADDRESS;
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = vmsa_record(guest->handle, range->paddr, page);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    status = guest_memory_write(guest, range, page);
    if (status != SEV_STATUS_SUCCESS) {
        return vmsa_forget(guest->handle, range->paddr) ? status : SEV_STATUS_HWERROR_UNSAFE;
    }
    return vmsa_unlock(guest->handle, range->paddr, NULL) ? SEV_STATUS_SUCCESS
                                                          : SEV_STATUS_HWERROR_UNSAFE;
}

const struct command_row sev_receive_update_vmsa_row = {
    ROW_COMMAND(RECEIVE_UPDATE_VMSA, "4.29"),
    ROW_PACKET_IN(COMMAND_STATE(SEV_GUEST_RUPDATE), EXACT, SEV_VMSA_BYTES, SEV_VMSA_BYTES),
    .statuses = PACKET_IN_STATUSES | COMMAND_STATUS(POLICY_FAILURE) |
                COMMAND_STATUS(RESOURCE_LIMIT) | COMMAND_STATUS(HWERROR_PLATFORM),
    .check = policy_check_is_es,
    .handle = handle,
};
