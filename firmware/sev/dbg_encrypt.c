/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DBG_ENCRYPT (section 4.31): copies plaintext from host memory into guest memory, for a guest whose
 * policy allows debugging. Where that changes a VMSA, its integrity value follows, unless the host
 * has changed the VMSA before. A VMSA that a core runs is left alone: the core will write all of it.
 *
 *   SUCCESS                 DST holds the data under the guest's key, but for VMSAs that a core
 *                           runs
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters, SRC or DST are not in DRAM, overlap, or are not 16-byte
 *                           aligned
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     the guest has been sent
 *   POLICY_FAILURE          POLICY.NODBG
 *   INACTIVE                the guest has no ASID
 *   INVALID_LENGTH          LENGTH is 0, above 8000000h, or not a multiple of 16
 *   HWERROR_UNSAFE          the table of VMSAs is not as the firmware left it: memory controller or
 *                           DRAM failed; of DST a part is written
 */
#include "firmware/guest/copy.h"
#include "firmware/guest/policy.h"
#include "firmware/sev/row.h"

#define SRC_BUFFER 0u
#define DST_BUFFER 1u

static enum sev_status handle(struct command *command)
{
    return copy_to_guest(command->guest, &command->data[SRC_BUFFER].range,
                         &command->data[DST_BUFFER].range);
}

const struct command_row sev_dbg_encrypt_row = {
    ROW_COMMAND(DBG_ENCRYPT, "4.31"),
    ROW_PARAMETERS(sev_dbg),
    ROW_GUEST(sev_dbg, COMMAND_GUEST_NOT_SENT),
    .needs_active = true,
    .buffers = {COPY_BUFFER("SRC", sev_dbg, src_paddr, REGION_READ),
                COPY_BUFFER("DST", sev_dbg, dst_paddr, GUEST_WRITE)},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INACTIVE) |
                COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(HWERROR_UNSAFE),
    .check = policy_check_debug,
    .handle = handle,
};
