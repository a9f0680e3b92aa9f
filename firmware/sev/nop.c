/*
 * NOP (section 4.13): does nothing.
 *
 *   SUCCESS  always
 */
#include "firmware/sev/commands.h"

enum sev_status sev_nop(struct command *command)
{
    (void)command;
    return SEV_STATUS_SUCCESS;
}
