/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COPY (section 4.17): moves guest memory to another place. Ciphertext depends on its address, so
 * each block is decrypted at SRC and encrypted at DST. A VMSA page that moves whole is a VMSA at DST
 * and no longer at SRC; but one that a core runs, or has run during the copy, stays where it is, and
 * so does one that was changed, or for which the table of integrity values has no room. A page of DST
 * that is a VMSA which a core runs is left alone: the core will write all of it.
 *
 *   SUCCESS                 DST holds what SRC held, for the guest, but for VMSAs that a core runs
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters, SRC or DST are not in DRAM, overlap, or are not 16-byte
 *                           aligned
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     the guest has been sent
 *   INACTIVE                the guest has no ASID
 *   INVALID_LENGTH          LENGTH is 0, above 8000000h, or not a multiple of 16
 *   HWERROR_UNSAFE          the table of VMSAs is not as the firmware left it: memory controller or
 *                           DRAM failed; of DST a part is written
 */
#include "firmware/guest/copy.h"
#include "firmware/sev/row.h"

#define SRC_BUFFER 0u
#define DST_BUFFER 1u

static enum sev_status handle(struct command *command)
{
    return copy_within_guest(command->guest, &command->data[SRC_BUFFER].range,
                             &command->data[DST_BUFFER].range);
}

const struct command_row sev_copy_row = {
    ROW_COMMAND(COPY, "4.17"),
    ROW_PARAMETERS(sev_copy),
    ROW_GUEST(sev_copy, COMMAND_GUEST_NOT_SENT),
    .needs_active = true,
    .buffers = {COPY_BUFFER("SRC", sev_copy, src_paddr, GUEST_READ),
                COPY_BUFFER("DST", sev_copy, dst_paddr, GUEST_WRITE)},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INACTIVE) | COMMAND_STATUS(INVALID_LENGTH) |
                COMMAND_STATUS(HWERROR_UNSAFE),
    .handle = handle,
};
