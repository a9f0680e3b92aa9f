/*
 * SWAP_OUT (section 4.32): seals a page of a guest and writes it, with a metadata entry, to host
 * memory. The page in guest memory stays as it is; a VMSA is no longer one.
 *
 *   SUCCESS                 DST holds the sealed page, MDATA its entry
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters, SRC, DST or MDATA are not in DRAM, overlap, or SRC or DST
 *                           are not aligned to the page size
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not RUNNING
 *   INVALID_PARAM           FLAGS has an unknown bit or type, or a 2 MiB page that is not data
 *   POLICY_FAILURE          a VMSA of a guest without SEV-ES
 *   INACTIVE                the guest has no ASID
 *   BAD_MEASUREMENT         the page is not a VMSA of the guest, or was changed
 *   HWERROR_UNSAFE          the memory was taken away while the command ran
 */
#include <string.h>

#include "abi/sev_commands.h"
#include "firmware/guest/swap.h"
#include "firmware/sev/commands.h"

#define SRC_BUFFER 0u
#define DST_BUFFER 1u
#define MDATA_BUFFER 2u

enum sev_status sev_swap_out_check(struct command *command)
{
    const struct sev_swap_out *parameters = (const struct sev_swap_out *)command->parameters;

    return swap_check_flags(command->guest, parameters->flags, SWAP_PAGE_FLAGS);
}

enum sev_status sev_swap_out(struct command *command)
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
