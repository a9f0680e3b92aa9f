/*
 * The dispatcher (dispatch.h). The order of the steps is that of section 1.5 of the API; no state
 * changes before the handler's own checks have passed.
 */
#include "firmware/dispatch.h"

#include <string.h>

#include "abi/sev_data.h"
#include "firmware/command_checks.h"
#include "firmware/command_table.h"
#include "firmware/fabric.h"
#include "firmware/guest/guest.h"
#include "firmware/platform/platform.h"

#define PARAMETERS_ALIGNMENT 4u

/** Secure copies of all IN and OUT buffers of the one command in flight. */
#define STAGING_BYTES 0x9000u
static _Alignas(16) uint8_t staging[STAGING_BYTES];

/** Fetches the parameters, each byte once. */
static enum sev_status fetch_parameters(struct command *command, uint64_t paddr)
{
    if (command->row->size == 0) {
        return SEV_STATUS_SUCCESS;
    }
    if (hostmem_resolve(paddr, command->row->size, PARAMETERS_ALIGNMENT, HOSTMEM_NOBODY,
                        &command->parameters_range) != HOSTMEM_OK ||
        !hostmem_read(&command->parameters_range, 0, command->parameters, command->row->size)) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    return SEV_STATUS_SUCCESS;
}

/** Finds the guest and checks its state. */
static enum sev_status find_guest(struct command *command)
{
    if (command->row->guest_states == 0) {
        return SEV_STATUS_SUCCESS;
    }
    command->guest = guest_find(command_get_u32(command, command->row->handle_offset));
    if (command->guest == NULL) {
        return SEV_STATUS_INVALID_GUEST;
    }
    if ((command->row->guest_states & COMMAND_STATE(command->guest->state)) == 0) {
        return SEV_STATUS_INVALID_GUEST_STATE;
    }
    return SEV_STATUS_SUCCESS;
}

/** Gives every IN and OUT buffer its place in secure RAM, and copies the IN ones, once. */
static enum sev_status stage_buffers(struct command *command)
{
    uint32_t used = 0;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const enum command_direction direction = command->row->buffers[i].direction;
        struct command_data *data = &command->data[i];

        if (direction != COMMAND_IN && direction != COMMAND_OUT) {
            continue;
        }
        if (data->range.length > STAGING_BYTES - used) {
            return SEV_STATUS_INVALID_LENGTH; /* No row allows this: test_command_table. */
        }
        data->bytes = &staging[used];
        used += (data->range.length + 15u) & ~15u;
        if (direction == COMMAND_IN && data->range.length != 0 &&
            !hostmem_read(&data->range, 0, data->bytes, data->range.length)) {
            return SEV_STATUS_INVALID_ADDRESS;
        }
    }
    return SEV_STATUS_SUCCESS;
}

/** Length queries; a failing one writes the needed lengths back. */
static enum sev_status check_queries(struct command *command)
{
    const enum sev_status status = command_check_queries(command);

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX && status != SEV_STATUS_SUCCESS; i++) {
        const struct command_buffer *buffer = &command->row->buffers[i];

        /* A refusal to write changes nothing: the status is a failure already. */
        if (command_is_query(buffer) &&
            !hostmem_write(&command->parameters_range, buffer->length_offset,
                           &command->parameters[buffer->length_offset], sizeof(uint32_t))) {
            break;
        }
    }
    return status;
}

/** Every check that comes before the handler. */
static enum sev_status check_command(struct command *command)
{
    const struct command_row *row = command->row;
    enum sev_status status = find_guest(command);

    if (status == SEV_STATUS_SUCCESS && row->check != NULL) {
        status = row->check(command);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = check_queries(command);
    }
    if (status == SEV_STATUS_SUCCESS && row->needs_active && !guest_is_active(command->guest)) {
        status = SEV_STATUS_INACTIVE;
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = command_check_lengths(command);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = command_check_addresses(command);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = stage_buffers(command);
    }
    return status;
}

/** Writes the OUT buffers, then the Out fields of the parameters. */
static enum sev_status write_outputs(struct command *command)
{
    const struct command_row *row = command->row;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_data *data = &command->data[i];

        if (row->buffers[i].direction != COMMAND_OUT) {
            continue;
        }
        if (!hostmem_write(&data->range, 0, data->bytes, data->range.length)) {
            return SEV_STATUS_HWERROR_UNSAFE;
        }
        if (command_is_query(&row->buffers[i])) {
            command_set_u32(command, row->buffers[i].length_offset, data->range.length);
        }
    }
    for (uint32_t i = 0; i < COMMAND_OUT_FIELDS_MAX; i++) {
        if (row->out[i].length != 0 &&
            !hostmem_write(&command->parameters_range, row->out[i].offset,
                           &command->parameters[row->out[i].offset], row->out[i].length)) {
            return SEV_STATUS_HWERROR_UNSAFE;
        }
    }
    return SEV_STATUS_SUCCESS;
}

/** Wipes every private copy the command had. */
static void wipe_command(struct command *command)
{
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (command->data[i].bytes != NULL) {
            crypto_wipe(command->data[i].bytes, command->data[i].range.length);
        }
    }
    crypto_wipe(command, sizeof *command);
}

/** Checks and executes a command whose row is known. */
static enum sev_status run(struct command *command, uint64_t paddr)
{
    enum sev_status status = fetch_parameters(command, paddr);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    status = check_command(command);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    status = command->row->handle(command);
    return status == SEV_STATUS_SUCCESS ? write_outputs(command) : status;
}

enum sev_status dispatch_command(uint32_t id, uint64_t paddr)
{
    struct command command = {.row = command_table_find(id)};
    enum sev_status status;

    if (command.row == NULL) {
        return SEV_STATUS_INVALID_COMMAND;
    }
    if ((command.row->platform_states & COMMAND_STATE(platform_state())) == 0) {
        return SEV_STATUS_INVALID_PLATFORM_STATE;
    }
    if (platform_state() == SEV_PLATFORM_UNINIT) {
        fabric_latch();
    }
    status = run(&command, paddr);
    wipe_command(&command);
    return status;
}
