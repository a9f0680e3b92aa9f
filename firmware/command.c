/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directions of buffers, and access to the private copy of a command's parameters.
 */
#include "firmware/command.h"

#include <string.h>

/** What each direction means. */
static const struct {
    uint8_t access;
    bool copied;
    bool guests;
} meanings[COMMAND_DIRECTIONS] = {
    [COMMAND_IN] = {.access = HOSTMEM_READ, .copied = true},
    [COMMAND_OUT] = {.access = HOSTMEM_WRITE, .copied = true},
    [COMMAND_REGION_READ] = {.access = HOSTMEM_READ},
    [COMMAND_REGION_WRITE] = {.access = HOSTMEM_WRITE},
    [COMMAND_REGION_READ_WRITE] = {.access = HOSTMEM_READ | HOSTMEM_WRITE},
    [COMMAND_GUEST_READ] = {.access = HOSTMEM_READ, .guests = true},
    [COMMAND_GUEST_WRITE] = {.access = HOSTMEM_WRITE, .guests = true},
    [COMMAND_GUEST_READ_WRITE] = {.access = HOSTMEM_READ | HOSTMEM_WRITE, .guests = true},
};

bool command_is_copied(enum command_direction direction)
{
    return meanings[direction].copied;
}

bool command_is_guests(enum command_direction direction)
{
    return meanings[direction].guests;
}

uint8_t command_access(enum command_direction direction)
{
    return meanings[direction].access;
}

bool command_has_buffer(const struct command_buffer *buffer, const uint8_t *parameters)
{
    uint32_t field;

    memcpy(&field, &parameters[buffer->present.offset], sizeof field);
    return buffer->direction != COMMAND_UNUSED &&
           (field & buffer->present.mask) == buffer->present.value;
}

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
