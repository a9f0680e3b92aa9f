/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET_ID (section 4.12): the 64-byte chip IDs of the sockets, socket 0 first: as many as fit.
 *
 *   SUCCESS             the IDs are written, ID_LENGTH is 64 times their number
 *   INVALID_LENGTH      ID_LENGTH is below 64; 64 is written back
 *   INVALID_ADDRESS     the parameters or the buffer are not in DRAM or overlap, or ID_PADDR is not
 *                       8-byte aligned
 *   INVALID_PAGE_STATE  with SEV-SNP on: a page named here is one that it may not be
 */
#include "firmware/platform/chip.h"
#include "firmware/sev/row.h"

#define ID_BUFFER 0u

static enum sev_status handle(struct command *command)
{
    const struct command_data *ids = &command->data[ID_BUFFER];

    for (uint32_t at = 0; at < ids->range.length; at += SEV_CHIP_ID_BYTES) {
        chip_id(at / SEV_CHIP_ID_BYTES, &ids->bytes[at]);
    }
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_get_id_row = {
    ROW_COMMAND(GET_ID, "4.12"),
    ROW_PARAMETERS(sev_get_id),
    .platform_states = COMMAND_PLATFORM_ANY,
    .buffers = {ROW_BUFFER("ID", sev_get_id, id, OUT, PER_SOCKET, SEV_CHIP_ID_BYTES, 8)},
    .out = {{offsetof(struct sev_get_id, id_length), 4}},
    .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_LENGTH) |
                COMMAND_STATUS(INVALID_ADDRESS) | COMMAND_STATUS(INVALID_PAGE_STATE),
    .handle = handle,
};
