/*
 * Access to the private copy of a command's parameters.
 */
#include "firmware/command.h"

#include <string.h>

uint32_t command_get_u32(const struct command *command, uint32_t offset)
{
    uint32_t value;

    memcpy(&value, &command->parameters[offset], sizeof value);
    return value;
}

uint64_t command_get_u64(const struct command *command, uint32_t offset)
{
    uint64_t value;

    memcpy(&value, &command->parameters[offset], sizeof value);
    return value;
}

void command_set_u32(struct command *command, uint32_t offset, uint32_t value)
{
    memcpy(&command->parameters[offset], &value, sizeof value);
}
