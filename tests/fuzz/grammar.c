/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar of commands (grammar.h). A choice of 0 is the valid one, so that short inputs do much.
 */
#include "tests/fuzz/grammar.h"

#include <string.h>

#include "abi/sev_command_id.h"
#include "abi/sev_commands.h"
#include "hal/hosted/hosted.h"

#include "tests/fuzz/contents.h"
#include "tests/fuzz/machine.h"

#define HANDLES_MAX 8u

static uint32_t handles[HANDLES_MAX];
static uint32_t handle_count;

/** The command that is being built. */
static struct {
    const struct command_row *row;
    uint32_t base;
    uint8_t parameters[COMMAND_PARAMETERS_MAX + 8u];
} command;

static void put_u32(uint32_t offset, uint32_t value)
{
    memcpy(command.parameters + offset, &value, sizeof(value));
}

static void put_u64(uint32_t offset, uint64_t value)
{
    memcpy(command.parameters + offset, &value, sizeof(value));
}

/** An address: mostly the buffer's place. */
static uint64_t choose_address(struct input *input, uint32_t buffer)
{
    static const uint64_t edges[] = {MACHINE_LOW_BYTES - 16,
                                     MACHINE_LOW_BYTES - 0x1000,
                                     MACHINE_HIGH,
                                     MACHINE_HIGH + MACHINE_HIGH_BYTES - 16,
                                     MACHINE_TMR - 16,
                                     MACHINE_TMR,
                                     MACHINE_NV,
                                     MACHINE_PARAMETERS,
                                     MACHINE_C_BIT,
                                     UINT64_MAX - 15};
    const uint64_t place = contents_place(command.base, buffer);

    switch (input_below(input, 16)) {
    case 1:
        return place | MACHINE_C_BIT;
    case 2:
        return edges[input_below(input, sizeof(edges) / sizeof(edges[0]))];
    case 3:
        return input_u64(input);
    case 4:
        return place + input_u8(input);
    case 5:
        return MACHINE_HIGH + (uint64_t)input_u8(input) * 0x800;
    case 6:
        return MACHINE_NV + (uint64_t)input_u8(input) * 0x100;
    default:
        return place;
    }
}

/** A length: mostly one that the rule accepts. */
static uint32_t choose_length(struct input *input, const struct command_buffer *buffer,
                              uint32_t packet_bytes)
{
    uint32_t good = buffer->length;

    if (buffer->rule == COMMAND_LENGTH_BLOCKS || buffer->rule == COMMAND_LENGTH_SAME_AS_GUEST ||
        buffer->rule == COMMAND_LENGTH_AT_LEAST_GUEST) {
        good = packet_bytes;
    } else if (buffer->rule == COMMAND_LENGTH_PER_SOCKET) {
        good = 2 * buffer->length;
    } else if (buffer->rule == COMMAND_LENGTH_AMD_CHAIN) {
        good = 3200;
    } else if (buffer->rule == COMMAND_LENGTH_WORDS) {
        good = 1;
    } else if (buffer->rule == COMMAND_LENGTH_IMAGE) {
        good = 0x1004;
    }
    switch (input_below(input, 16)) {
    case 1:
        return good + input_u8(input);
    case 2:
        return good - input_u8(input);
    case 3:
        return input_u32(input);
    case 4:
        return 0;
    default:
        return good;
    }
}

static uint32_t choose_handle(struct input *input)
{
    const uint8_t choice = input_u8(input);

    if (choice == 0xFF) {
        return input_u32(input);
    }
    return handle_count == 0 ? 0 : handles[choice % handle_count];
}

/** Fields that no rule of the row describes. */
static void fill_in_fields(struct input *input, uint32_t policy)
{
    const uint32_t options = input_u8(input) & 1u;

    switch (command.row->id) {
    case SEV_COMMAND_INIT:
        put_u32(offsetof(struct sev_init, options), options);
        put_u64(offsetof(struct sev_init, tmr_paddr), MACHINE_TMR);
        put_u32(offsetof(struct sev_init, tmr_length), 0x100000);
        break;
    case SEV_COMMAND_INIT_EX:
        put_u32(0, sizeof(struct sev_init_ex));
        put_u32(offsetof(struct sev_init_ex, options), options);
        put_u64(offsetof(struct sev_init_ex, tmr_paddr), MACHINE_TMR);
        put_u32(offsetof(struct sev_init_ex, tmr_length), 0x100000);
        put_u64(offsetof(struct sev_init_ex, nv_paddr), MACHINE_NV);
        break;
    case SEV_COMMAND_RING_BUFFER:
        command.parameters[offsetof(struct sev_ring_buffer, qlo_size)] = 1;
        command.parameters[offsetof(struct sev_ring_buffer, qhi_size)] = 1;
        break;
    case SEV_COMMAND_ACTIVATE:
        put_u32(offsetof(struct sev_activate, asid), input_below(input, 18));
        break;
    case SEV_COMMAND_ACTIVATE_EX:
        put_u32(0, sizeof(struct sev_activate_ex));
        put_u32(offsetof(struct sev_activate_ex, asid), input_below(input, 18));
        break;
    case SEV_COMMAND_LAUNCH_START:
    case SEV_COMMAND_RECEIVE_START:
        put_u32(0, (input_u8(input) & 7u) == 7 ? choose_handle(input) : 0);
        put_u32(offsetof(struct sev_launch_start, policy), policy);
        break;
    case SEV_COMMAND_SWAP_IN:
    case SEV_COMMAND_SWAP_OUT:
        put_u32(offsetof(struct sev_swap_in, flags), input_u8(input) & 0xFu);
        break;
    default:
        break;
    }
}

void grammar_remember_handle(void)
{
    uint32_t handle;

    memcpy(&handle, hosted_dram() + MACHINE_PARAMETERS, sizeof(handle));
    handles[handle_count % HANDLES_MAX] = handle;
    handle_count += handle_count < HANDLES_MAX ? 1 : 0;
}

void grammar_build(const struct command_row *row, struct input *input)
{
    const uint8_t flags = input_u8(input);
    const uint32_t policy = (flags & 1u) != 0 ? input_u8(input) & 0x3Fu : 0;
    const uint32_t packet_bytes = 16u * (1u + input_below(input, 64)) * ((flags & 2u) != 0 ? 4 : 1);
    const uint32_t handle = choose_handle(input);

    command.row = row;
    command.base = input_below(input, 16);
    memset(command.parameters, 0, sizeof(command.parameters));
    if ((flags & 4u) == 0) {
        contents_put(command.row, command.base, handle, policy, packet_bytes);
    }
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_buffer *buffer = &command.row->buffers[i];
        if (buffer->direction != COMMAND_UNUSED) {
            put_u64(buffer->paddr_offset, choose_address(input, i));
            if (buffer->rule != COMMAND_LENGTH_FIXED) {
                put_u32(buffer->length_offset, choose_length(input, buffer, packet_bytes));
            }
        }
    }
    if (command.row->guest_states != 0) {
        put_u32(command.row->guest_offset, handle);
    }
    fill_in_fields(input, policy);
    for (uint32_t patches = (flags >> 6) & 3u; patches != 0 && command.row->size != 0; patches--) {
        command.parameters[input_u8(input) % command.row->size] ^= input_u8(input);
    }
    if ((flags & 8u) != 0) { /* Damages the contents somewhere. */
        const uint8_t byte = input_u8(input);
        machine_write(contents_place(command.base, input_below(input, 4)) +
                          input_u32(input) % 0x900,
                      &byte, 1);
    }
    machine_write(MACHINE_PARAMETERS, command.parameters, command.row->size);
}

void grammar_forget_handles(void)
{
    handle_count = 0;
}
