/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SWAP_OUT (section 4.32): seals a page of a guest and writes it, with a metadata entry, to host
 * memory. The page in guest memory stays as it is; a VMSA is no longer one.
 *
 *   SUCCESS                 DST holds the sealed page, MDATA its entry
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters, SRC, DST or MDATA are not in DRAM, overlap, or SRC or
 *                           DST are not aligned to the page size
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not RUNNING
 *   INVALID_PARAM           FLAGS has an unknown bit or type, or a 2 MiB page that is not data
 *   POLICY_FAILURE          a VMSA of a guest without SEV-ES
 *   INACTIVE                the guest has no ASID
 *   BAD_MEASUREMENT         the page is not a VMSA of the guest, was changed, or a core runs it
 */
#include <string.h>

#include "firmware/guest/swap.h"
#include "firmware/sev/row.h"

#define SRC_BUFFER 0u
#define DST_BUFFER 1u
#define MDATA_BUFFER 2u

/** Checks that come before lengths and addresses. */
static enum sev_status check(struct command *command)
{
    const struct sev_swap_out *parameters = (const struct sev_swap_out *)command->parameters;

    return swap_check_flags(command->guest, parameters->flags, SWAP_PAGE_FLAGS);
}

static enum sev_status handle(struct command *command)
{
    const struct sev_swap_out *parameters = (const struct sev_swap_out *)command->parameters;
    struct sev_swap_metadata *metadata =
        (struct sev_swap_metadata *)command->data[MDATA_BUFFER].bytes;

    memset(metadata, 0, sizeof *metadata);
    metadata->software_data = parameters->software_data;
    metadata->flags = parameters->flags;
    return swap_out_page(command->guest, &command->data[SRC_BUFFER].range,
                         &command->data[DST_BUFFER].range, metadata);
}

const struct command_row sev_swap_out_row = {
    ROW_COMMAND(SWAP_OUT, "4.32"),
    ROW_PARAMETERS(sev_swap_out),
    ROW_GUEST(sev_swap_out, COMMAND_STATE(SEV_GUEST_RUNNING)),
    .needs_active = true,
    .buffers = {ROW_PAGE("SRC", sev_swap_out, src_paddr, GUEST_READ, 0, 0),
                ROW_PAGE("DST", sev_swap_out, dst_paddr, REGION_WRITE, 0, 0),
                ROW_BUFFER_FIXED("MDATA", sev_swap_out, mdata_paddr, OUT,
                                 sizeof(struct sev_swap_metadata), 1)},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INVALID_PARAM) | COMMAND_STATUS(POLICY_FAILURE) |
                COMMAND_STATUS(INACTIVE) | COMMAND_STATUS(BAD_MEASUREMENT),
    .check = check,
    .handle = handle,
};
