/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directions of buffers, and access to the private copy of a command's parameters.
 */
#include "firmware/command.h"

#include <string.h>

/* What pages may be while SEV-SNP is on. The firmware reads what x86 software could read as well,
   and writes only what nobody can give away meanwhile; memory of SEV guests is the hypervisor's. */
#define READABLE                                                                                   \
    (RMP_STATE(DEFAULT) | RMP_STATE(HYPERVISOR) | RMP_STATE(HV_FIXED) | RMP_STATE(FIRMWARE) |      \
     RMP_STATE(RECLAIM))
#define OUTPUT (RMP_STATE(DEFAULT) | RMP_STATE(FIRMWARE))
#define OF_SEV_GUEST (RMP_STATE(DEFAULT) | RMP_STATE(HYPERVISOR))

/** What each direction means. */
static const struct {
    uint16_t states;
    uint8_t access;
    bool copied;
    bool guests;
} meanings[COMMAND_DIRECTIONS] = {
    [COMMAND_IN] = {READABLE, HOSTMEM_READ, .copied = true},
    [COMMAND_OUT] = {OUTPUT, HOSTMEM_WRITE, .copied = true},
    [COMMAND_REGION_READ] = {READABLE, HOSTMEM_READ},
    [COMMAND_REGION_WRITE] = {OUTPUT, HOSTMEM_WRITE},
    [COMMAND_REGION_READ_WRITE] = {OUTPUT, HOSTMEM_READ | HOSTMEM_WRITE},
    [COMMAND_GUEST_READ] = {OF_SEV_GUEST, HOSTMEM_READ, .guests = true},
    [COMMAND_GUEST_WRITE] = {OF_SEV_GUEST, HOSTMEM_WRITE, .guests = true},
    [COMMAND_GUEST_READ_WRITE] = {OF_SEV_GUEST, HOSTMEM_READ | HOSTMEM_WRITE, .guests = true},
};

struct rmp_expectation command_pages(const struct command_buffer *buffer, uint32_t length,
                                     uint32_t asid)
{
    struct rmp_expectation pages = {.states = meanings[buffer->direction].states};

    if (buffer->page_states != 0) {
        pages.states = buffer->page_states;
        pages.size = length == RMP_REGION_BYTES ? RMP_2M_PAGE : RMP_4K;
        pages.asid = buffer->owned ? asid : 0;
    }
    return pages;
}

struct rmp_expectation command_parameter_pages(bool written)
{
    return (struct rmp_expectation){.states = written ? OUTPUT : READABLE};
}

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
