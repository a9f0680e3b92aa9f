/*
 * GET_ID (section 4.12): the 64-byte chip ID of every socket, socket 0 first.
 *
 *   SUCCESS          the IDs are written, ID_LENGTH is 64 times the number of sockets
 *   INVALID_LENGTH   ID_LENGTH is smaller than that; the needed length is written back
 *   INVALID_ADDRESS  the parameters or the buffer are not in DRAM or overlap, or ID_PADDR is not
 *                    8-byte aligned
 */
#include "firmware/fabric.h"
#include "firmware/platform/chip.h"
#include "firmware/sev/commands.h"

#define ID_BUFFER 0u

enum sev_status sev_get_id(struct command *command)
{
    for (uint32_t socket = 0; socket < fabric_config()->sockets; socket++) {
        chip_id(socket, &command->data[ID_BUFFER].bytes[(size_t)socket * SEV_CHIP_ID_BYTES]);
    }
    return SEV_STATUS_SUCCESS;
}
