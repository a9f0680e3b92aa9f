/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LAUNCH_UPDATE_VMSA (section 4.20): measures a VMSA page, encrypts it in place with the guest's key
 * and records its integrity value.
 *
 *   SUCCESS                 the page is encrypted, measured and recorded
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters or the page are not in DRAM, overlap, or PADDR is not 4
 *                           KiB aligned; or the page is a VMSA that a core runs
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not LUPDATE
 *   POLICY_FAILURE          the guest is not an SEV-ES guest
 *   INACTIVE                the guest has no ASID
 *   INVALID_LENGTH          LENGTH is not 1000h
 *   RESOURCE_LIMIT          the table of integrity values has no room for the page
 *   HWERROR_PLATFORM        the table of VMSAs is not as the firmware left it: memory controller or
 *                           DRAM failed
 */
#include "firmware/guest/guest.h"
#include "firmware/guest/guest_memory.h"
#include "firmware/guest/policy.h"
#include "firmware/guest/vmsa.h"
#include "firmware/sev/row.h"

#define PAGE_BUFFER 0u

static _Alignas(16) uint8_t page[SEV_VMSA_BYTES];

static enum sev_status handle(struct command *command)
{
    const struct hostmem_range *range = &command->data[PAGE_BUFFER].range;
    struct guest *guest = command->guest;
    enum sev_status status = hostmem_copy_in(range, 0, page, sizeof page);

    if (status == SEV_STATUS_SUCCESS) {
        status = vmsa_record(guest->handle, range->paddr, page);
    }
    if (status != SEV_STATUS_SUCCESS) {
        crypto_wipe(page, sizeof page);
        return status;
    }

    crypto_sha256_update(&guest->launch_hash, page, sizeof page);
    status = guest_memory_write(guest, range, page);
    if (status != SEV_STATUS_SUCCESS) {
        crypto_wipe(page, sizeof page);
        if (!vmsa_forget(guest->handle, range->paddr)) {
            status = SEV_STATUS_HWERROR_UNSAFE;
        }
    } else if (!vmsa_unlock(guest->handle, range->paddr, NULL)) {
        status = SEV_STATUS_HWERROR_UNSAFE;
    }
    return status;
}

const struct command_row sev_launch_update_vmsa_row = {
    ROW_COMMAND(LAUNCH_UPDATE_VMSA, "4.20"),
    ROW_PARAMETERS(sev_launch_update),
    ROW_GUEST(sev_launch_update, COMMAND_STATE(SEV_GUEST_LUPDATE)),
    .needs_active = true,
    .buffers = {ROW_BUFFER_AT("PADDR", sev_launch_update, paddr, length, GUEST_READ_WRITE, EXACT,
                              SEV_VMSA_BYTES, SEV_VMSA_BYTES)},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INACTIVE) |
                COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(RESOURCE_LIMIT) |
                COMMAND_STATUS(HWERROR_PLATFORM),
    .check = policy_check_is_es,
    .handle = handle,
};
