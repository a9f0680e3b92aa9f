/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SWAP_IN (section 4.32): brings a page back that SWAP_OUT sealed for the same guest, to any place.
 * Nothing is written unless page and metadata entry verify. A VMSA comes back once for each SWAP_OUT.
 * Of other pages an older copy is accepted too: guest memory has no protection against replay.
 *
 *   SUCCESS                 the page is in guest memory
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters, SRC, DST or MDATA are not in DRAM, overlap, or SRC or
 *                           DST are not aligned to the page size; or the page is a VMSA that a core
 *                           runs
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not RUNNING
 *   INVALID_PARAM           FLAGS has an unknown bit or type, is a 2 MiB page that is not data, or
 *                           does not fit the metadata entry
 *   POLICY_FAILURE          a VMSA of a guest without SEV-ES
 *   INACTIVE                the guest has no ASID
 *   BAD_MEASUREMENT         page or entry are not what the guest swapped out; or a VMSA that has
 *                           come back already
 *   RESOURCE_LIMIT          a VMSA: the table of integrity values has no room for the page
 *   HWERROR_PLATFORM        the table of VMSAs is not as the firmware left it: memory controller or
 *                           DRAM failed
 */
#include "firmware/guest/swap.h"
#include "firmware/sev/row.h"

#define SRC_BUFFER 0u
#define DST_BUFFER 1u
#define MDATA_BUFFER 2u
#define IN_PLACE_BUFFER 3u /**< SRC_DST: instead of both SRC and DST. */

/** Checks that come before lengths and addresses. */
static enum sev_status check(struct command *command)
{
    const struct sev_swap_in *parameters = (const struct sev_swap_in *)command->parameters;

    return swap_check_flags(command->guest, parameters->flags, SWAP_PAGE_FLAGS | SEV_SWAP_IN_PLACE);
}

static enum sev_status handle(struct command *command)
{
    const struct sev_swap_in *parameters = (const struct sev_swap_in *)command->parameters;
    const struct sev_swap_metadata *metadata =
        (const struct sev_swap_metadata *)command->data[MDATA_BUFFER].bytes;
    const bool in_place = (parameters->flags & SEV_SWAP_IN_PLACE) != 0;

    if (metadata->flags != (parameters->flags & SWAP_PAGE_FLAGS)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    return swap_in_page(command->guest,
                        &command->data[in_place ? IN_PLACE_BUFFER : SRC_BUFFER].range,
                        &command->data[in_place ? IN_PLACE_BUFFER : DST_BUFFER].range, metadata);
}

const struct command_row sev_swap_in_row = {
    ROW_COMMAND(SWAP_IN, "4.32"),
    ROW_PARAMETERS(sev_swap_in),
    ROW_GUEST(sev_swap_in, COMMAND_STATE(SEV_GUEST_RUNNING)),
    .needs_active = true,
    .buffers = {ROW_PAGE("SRC", sev_swap_in, src_paddr, REGION_READ, SEV_SWAP_IN_PLACE, 0),
                ROW_PAGE("DST", sev_swap_in, dst_paddr, GUEST_WRITE, SEV_SWAP_IN_PLACE, 0),
                ROW_BUFFER_FIXED("MDATA", sev_swap_in, mdata_paddr, IN,
                                 sizeof(struct sev_swap_metadata), 1),
                ROW_PAGE("SRC_DST", sev_swap_in, src_paddr, GUEST_READ_WRITE, SEV_SWAP_IN_PLACE,
                         SEV_SWAP_IN_PLACE)},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INVALID_PARAM) | COMMAND_STATUS(POLICY_FAILURE) |
                COMMAND_STATUS(INACTIVE) | COMMAND_STATUS(BAD_MEASUREMENT) |
                COMMAND_STATUS(RESOURCE_LIMIT) | COMMAND_STATUS(HWERROR_PLATFORM),
    .check = check,
    .handle = handle,
};
