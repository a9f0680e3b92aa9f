/*
 * Fuzzes the dispatcher with sequences of commands, memory contents and machine events. A small
 * grammar makes most parameters valid; state lasts over the sequence and is new for each input.
 *
 * Besides what the sanitizers and the board's guards find, it is a fault when a command answers with
 * a status that its row does not list.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/fabric.h"
#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "abi/sev_commands.h"
#include "firmware/command_checks.h"
#include "firmware/command_table.h"
#include "firmware/dispatch.h"
#include "firmware/guest/guest.h"
#include "firmware/mailbox.h"
#include "firmware/platform/platform.h"
#include "hal/hosted/hosted.h"

#include "tests/fuzz/contents.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/machine.h"

#define STEPS_MAX 48u
#define HANDLES_MAX 8u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** In this order the input names them: it must stay, or known inputs lose their meaning. */
static const uint16_t ids[] = {
#define ID(name, id) (id),
    SEV_COMMAND_LIST(ID)
#undef ID
};

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
    static const uint64_t edges[] = {MACHINE_LOW_BYTES - 16, MACHINE_LOW_BYTES - 0x1000,
                                     MACHINE_HIGH,           MACHINE_HIGH + MACHINE_HIGH_BYTES - 16,
                                     MACHINE_TMR - 16,       MACHINE_TMR,
                                     MACHINE_NV,             MACHINE_PARAMETERS,
                                     MACHINE_C_BIT,          UINT64_MAX - 15};
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

static void remember_handle(void)
{
    uint32_t handle;

    memcpy(&handle, hosted_dram() + MACHINE_PARAMETERS, sizeof(handle));
    handles[handle_count % HANDLES_MAX] = handle;
    handle_count += handle_count < HANDLES_MAX ? 1 : 0;
}

/** Builds the parameters of a command in memory. */
static void build(struct input *input)
{
    const uint8_t flags = input_u8(input);
    const uint32_t policy = (flags & 1u) != 0 ? input_u8(input) & 0x3Fu : 0;
    const uint32_t packet_bytes = 16u * (1u + input_below(input, 64)) * ((flags & 2u) != 0 ? 4 : 1);
    const uint32_t handle = choose_handle(input);

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
        put_u32(command.row->handle_offset, handle);
    }
    fill_in_fields(input, policy);
    for (uint32_t patches = (flags >> 6) & 3u; patches != 0 && command.row->size != 0; patches--) {
        command.parameters[input_u8(input) % command.row->size] ^= input_u8(input);
    }
    if ((flags & 8u) != 0) { /* Damages the contents somewhere. */
        const uint8_t byte = input_u8(input);
        machine_write(contents_place(command.base, input_below(input, 4)) + input_u32(input) % 0x900,
                      &byte, 1);
    }
    machine_write(MACHINE_PARAMETERS, command.parameters, command.row->size);
}

static void check_status(enum sev_status status)
{
    if ((command.row->statuses & (1ull << status)) == 0) {
        fprintf(stderr, "%s answers %xh, which it does not list\n", command.row->name,
                (unsigned int)status);
        abort();
    }
}

static void run_command(struct input *input)
{
    command.row = command_table_find(ids[input_below(input, sizeof(ids) / sizeof(ids[0]))]);
    if (command.row == NULL) {
        return;
    }
    build(input);
    const uint64_t paddr = (input_u8(input) & 0x1Fu) == 0x1F ? input_u64(input) : MACHINE_PARAMETERS;
    const enum sev_status status = dispatch_command(command.row->id, paddr);
    check_status(status);
    if (status == SEV_STATUS_SUCCESS && (command.row->id == SEV_COMMAND_LAUNCH_START ||
                                         command.row->id == SEV_COMMAND_RECEIVE_START)) {
        remember_handle();
    }
}

static void write_memory(struct input *input)
{
    uint8_t bytes[64];
    const uint32_t length = input_below(input, sizeof(bytes) + 1u);
    const uint64_t paddr = contents_place(input_u8(input), 0) + (uint64_t)input_u8(input) * 16;

    input_bytes(input, bytes, length);
    machine_write(paddr, bytes, length);
}

/** Something happens to the machine. */
static void event(struct input *input)
{
    const uint8_t value = input_u8(input);

    switch (input_below(input, 8)) {
    case 0:
        machine_wbinvd(value % MACHINE_CORES);
        break;
    case 1:
        hosted_entropy_fail_after(value);
        break;
    case 2:
        hosted_flash_fail_after(value);
        break;
    case 3: /* x86 changes the description: it counts in UNINIT only. */
        hosted_fabric()[input_u8(input) % sizeof(struct fabric_config)] ^= value;
        break;
    case 4:
        hosted_entropy_fail_after(UINT64_MAX);
        hosted_flash_fail_after(0);
        machine_restart();
        handle_count = 0;
        break;
    default:
        for (uint32_t core = 0; core < MACHINE_CORES; core++) {
            machine_wbinvd(core);
        }
        break;
    }
}

/** x86 writes registers, and the firmware looks at them. */
static void use_mailbox(struct input *input)
{
    static const uint32_t registers[] = {MAILBOX_CMDRESP, MAILBOX_CMDBUF_LO, MAILBOX_CMDBUF_HI,
                                         MAILBOX_INTEN, MAILBOX_INTSTS};
    const uint32_t writes = input_below(input, 6);

    for (uint32_t i = 0; i < writes; i++) {
        const uint32_t which = registers[input_below(input, 5)];
        const uint32_t value = input_u32(input);
        memcpy(hosted_mailbox() + which, &value, sizeof(value));
    }
    (void)mailbox_serve();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {.data = data, .left = size};

    machine_reset();
    handle_count = 0;
    for (uint32_t step = 0; step < STEPS_MAX && !input_is_empty(&input); step++) {
        const uint32_t kind = input_below(&input, 16);
        if (kind < 12) {
            run_command(&input);
        } else if (kind == 12) {
            write_memory(&input);
        } else if (kind == 13) {
            use_mailbox(&input);
        } else {
            event(&input);
        }
        if (guest_count() > GUEST_MAX ||
            (guest_count() != 0) != (platform_state() == SEV_PLATFORM_WORKING)) {
            abort();
        }
    }
    return 0;
}
