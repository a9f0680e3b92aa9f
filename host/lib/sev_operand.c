/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What commands point to, in the board's scratch memory.
 */
#include "host/lib/sev_operand.h"

#include "abi/sev_data.h"
#include "abi/sev_status.h"
#include "host/lib/host_memory.h"

_Static_assert(BOARD_SCRATCH_BYTES == 4 * SEV_PACKET_MAX, "four places of a packet each");

uint64_t sev_operand_paddr(const struct board *board, enum sev_operand place)
{
    return board->scratch_paddr + (uint64_t)place * SEV_PACKET_MAX;
}

int sev_operand_put(struct board *board, enum sev_operand place, const void *data, size_t length)
{
    return length <= SEV_PACKET_MAX &&
                   host_memory_write(&board->memory, sev_operand_paddr(board, place), data,
                                     length) == MEMORY_CONTROLLER_OK
               ? SEV_STATUS_SUCCESS
               : MAILBOX_ERROR;
}

int sev_operand_get(struct board *board, int status, enum sev_operand place, void *data,
                    size_t length)
{
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return length <= SEV_PACKET_MAX &&
                   host_memory_read(&board->memory, sev_operand_paddr(board, place), data,
                                    length) == MEMORY_CONTROLLER_OK
               ? SEV_STATUS_SUCCESS
               : MAILBOX_ERROR;
}
