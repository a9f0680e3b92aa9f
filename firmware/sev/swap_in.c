/*
 * SWAP_IN (section 4.32): brings a page back that SWAP_OUT sealed for the same guest, to any place.
 * Nothing is written unless page and metadata entry verify. A VMSA comes back once for each SWAP_OUT.
 * Of other pages an older copy is accepted too: guest memory has no protection against replay.
 *
 *   SUCCESS                 the page is in guest memory
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters, SRC, DST or MDATA are not in DRAM, overlap, or SRC or DST
 *                           are not aligned to the page size
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not RUNNING
 *   INVALID_PARAM           FLAGS has an unknown bit or type, is a 2 MiB page that is not data, or
 *                           does not fit the metadata entry
 *   POLICY_FAILURE          a VMSA of a guest without SEV-ES
 *   INACTIVE                the guest has no ASID
 *   BAD_MEASUREMENT         page or entry are not what the guest swapped out; or a VMSA that has come
 *                           back already
 *   HWERROR_PLATFORM        the TMR was taken away while the command ran
 *   HWERROR_UNSAFE          the memory was taken away while the command ran
 */
#include "abi/sev_commands.h"
#include "firmware/guest/swap.h"
#include "firmware/sev/commands.h"

#define SRC_BUFFER 0u
#define DST_BUFFER 1u
#define MDATA_BUFFER 2u

enum sev_status sev_swap_in_check(struct command *command)
{
    const struct sev_swap_in *parameters = (const struct sev_swap_in *)command->parameters;

    return swap_check_flags(command->guest, parameters->flags, SWAP_PAGE_FLAGS | SEV_SWAP_IN_PLACE);
}

enum sev_status sev_swap_in(struct command *command)
{
    const struct sev_swap_in *parameters = (const struct sev_swap_in *)command->parameters;
    const struct sev_swap_metadata *metadata =
        (const struct sev_swap_metadata *)command->data[MDATA_BUFFER].bytes;
    const bool in_place = (parameters->flags & SEV_SWAP_IN_PLACE) != 0;

    if (metadata->flags != (parameters->flags & SWAP_PAGE_FLAGS)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    return swap_in_page(command->guest, &command->data[SRC_BUFFER].range,
                        &command->data[in_place ? SRC_BUFFER : DST_BUFFER].range, metadata);
}
