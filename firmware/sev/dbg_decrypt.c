/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DBG_DECRYPT (section 4.31): copies guest memory to host memory in plaintext, for a guest whose
 * policy allows debugging.
 *
 *   SUCCESS                 DST holds the plaintext
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters, SRC or DST are not in DRAM, overlap, or are not 16-byte
 *                           aligned
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     the guest has been sent
 *   POLICY_FAILURE          POLICY.NODBG
 *   INACTIVE                the guest has no ASID
 *   INVALID_LENGTH          LENGTH is 0, above 8000000h, or not a multiple of 16
 */
#include "firmware/guest/copy.h"
#include "firmware/guest/guest.h"
#include "firmware/guest/policy.h"
#include "firmware/sev/row.h"

#define SRC_BUFFER 0u
#define DST_BUFFER 1u

static enum sev_status handle(struct command *command)
{
    return copy_from_guest(command->guest, &command->data[SRC_BUFFER].range,
                           &command->data[DST_BUFFER].range);
}

const struct command_row sev_dbg_decrypt_row = {
    ROW_COMMAND(DBG_DECRYPT, "4.31"),
    ROW_PARAMETERS(sev_dbg),
    ROW_GUEST(sev_dbg, COMMAND_GUEST_NOT_SENT),
    .needs_active = true,
    .buffers = {COPY_BUFFER("SRC", sev_dbg, src_paddr, GUEST_READ),
                COPY_BUFFER("DST", sev_dbg, dst_paddr, REGION_WRITE)},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INACTIVE) |
                COMMAND_STATUS(INVALID_LENGTH),
    .check = policy_check_debug,
    .handle = handle,
};
