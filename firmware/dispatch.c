/* SPDX-License-Identifier: Apache-2.0 */
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
#include "firmware/platform/platform.h"
#include "firmware/platform/snp.h"

#define PARAMETERS_ALIGNMENT 4u

/** Secure copies of all IN and OUT buffers of the one command in flight. */
#define STAGING_BYTES 0x9000u
static _Alignas(16) uint8_t staging[STAGING_BYTES];

/** Whether the command may write to its parameters: Out fields, or lengths that are too small. */
static bool writes_back(const struct command_row *row)
{
    bool writes = false;

    for (uint32_t i = 0; i < COMMAND_OUT_FIELDS_MAX; i++) {
        writes |= row->out[i].length != 0;
    }
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        writes |= command_is_query(&row->buffers[i]);
    }
    return writes;
}

/** Fetches the parameters, each byte once. */
static enum sev_status fetch_parameters(struct command *command, uint64_t paddr)
{
    const struct hostmem_access access = {
        .direction = writes_back(command->row) ? HOSTMEM_READ | HOSTMEM_WRITE : HOSTMEM_READ,
        .alignment = PARAMETERS_ALIGNMENT,
        .pages = command_parameter_pages(writes_back(command->row)),
    };

    enum sev_status status;

    if (command->row->size == 0) {
        return SEV_STATUS_SUCCESS;
    }
    status = hostmem_resolve(paddr, command->row->size, &access, &command->parameters_range);
    return status != SEV_STATUS_SUCCESS ? status
                                        : hostmem_copy_in(&command->parameters_range, 0,
                                                          command->parameters, command->row->size);
}

/** Gives every IN and OUT buffer its place in secure RAM, and copies the IN ones, once. */
static enum sev_status stage_buffers(struct command *command)
{
    enum sev_status status = SEV_STATUS_SUCCESS;
    uint32_t used = 0;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX && status == SEV_STATUS_SUCCESS; i++) {
        const enum command_direction direction = command->row->buffers[i].direction;
        struct command_data *data = &command->data[i];

        if (!command_is_copied(direction)) {
            continue;
        }
        if (data->range.length > STAGING_BYTES - used) {
            return SEV_STATUS_INVALID_LENGTH; /* No row allows this: test_command_table. */
        }
        data->bytes = &staging[used];
        used += (data->range.length + 15u) & ~15u;
        if (direction == COMMAND_IN && data->range.length != 0) {
            status = hostmem_copy_in(&data->range, 0, data->bytes, data->range.length);
        }
    }
    return status;
}

/** Length queries; a failing one writes the needed lengths back. */
static enum sev_status check_queries(struct command *command)
{
    const enum sev_status status = command_check_queries(command);

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX && status != SEV_STATUS_SUCCESS; i++) {
        const struct command_buffer *buffer = &command->row->buffers[i];

        /* The status of the query stands, whether its lengths can be written or not. */
        if (command_is_query(buffer) &&
            hostmem_copy_out(&command->parameters_range, buffer->length_offset,
                             &command->parameters[buffer->length_offset],
                             sizeof(uint32_t)) != SEV_STATUS_SUCCESS) {
            break;
        }
    }
    return status;
}

static enum sev_status check_guest(struct command *command)
{
    return command->row->guest_states == 0 ? SEV_STATUS_SUCCESS
                                           : command->row->family->find_guest(command);
}

static enum sev_status check_own(struct command *command)
{
    return command->row->check == NULL ? SEV_STATUS_SUCCESS : command->row->check(command);
}

static enum sev_status check_active(struct command *command)
{
    return command->row->needs_active && !command->row->family->is_active(command)
               ? SEV_STATUS_INACTIVE
               : SEV_STATUS_SUCCESS;
}

static enum sev_status check_policy(struct command *command)
{
    return command->row->policy == NULL ? SEV_STATUS_SUCCESS : command->row->policy(command);
}

static command_function *const steps[COMMAND_STEPS] = {
    [COMMAND_STEP_GUEST] = check_guest,
    [COMMAND_STEP_OWN] = check_own,
    [COMMAND_STEP_QUERIES] = check_queries,
    [COMMAND_STEP_ACTIVE] = check_active,
    [COMMAND_STEP_LENGTHS] = command_check_lengths,
    [COMMAND_STEP_ADDRESSES] = command_check_addresses,
    [COMMAND_STEP_POLICY] = check_policy,
    [COMMAND_STEP_PAGES] = command_check_pages,
};

/** Every check that comes before the handler, in the order of the row's family. */
static enum sev_status check_command(struct command *command)
{
    const uint8_t *step = command->row->family->steps;
    enum sev_status status = SEV_STATUS_SUCCESS;

    for (; status == SEV_STATUS_SUCCESS && *step != COMMAND_STEP_END; step++) {
        status = steps[*step](command);
    }
    return status == SEV_STATUS_SUCCESS ? stage_buffers(command) : status;
}

/** Writes the OUT buffers, then the Out fields of the parameters. */
static enum sev_status write_outputs(struct command *command)
{
    const struct command_row *row = command->row;
    enum sev_status status = SEV_STATUS_SUCCESS;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_data *data = &command->data[i];

        if (row->buffers[i].direction != COMMAND_OUT) {
            continue;
        }
        status = hostmem_copy_out(&data->range, 0, data->bytes, data->range.length);
        if (status != SEV_STATUS_SUCCESS) {
            return status;
        }
        if (command_is_query(&row->buffers[i])) {
            command_set_u32(command, row->buffers[i].length_offset, data->range.length);
        }
    }
    for (uint32_t i = 0; i < COMMAND_OUT_FIELDS_MAX && status == SEV_STATUS_SUCCESS; i++) {
        if (row->out[i].length != 0) {
            status = hostmem_copy_out(&command->parameters_range, row->out[i].offset,
                                      &command->parameters[row->out[i].offset], row->out[i].length);
        }
    }
    return status;
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

/** Whether a command depends on the machine: INIT and INIT_EX. Others then find no memory. */
static bool needs_machine(const struct command_row *row)
{
    return (row->statuses & COMMAND_STATUS(INVALID_CONFIG)) != 0;
}

enum sev_status dispatch_command(uint32_t id, uint64_t paddr)
{
    struct command command = {.row = command_table_find(id)};
    enum sev_status status;

    if (command.row == NULL || !command_table_serves(command.row)) {
        return SEV_STATUS_INVALID_COMMAND;
    }
    if ((command.row->platform_states & COMMAND_STATE(platform_state())) == 0 ||
        (command.row->snp_states & COMMAND_STATE(platform_snp_state())) == 0) {
        return SEV_STATUS_INVALID_PLATFORM_STATE;
    }
    /* While one of the two platforms is initialised, or an RMP in force, DRAM stays where it was. */
    if (platform_state() == SEV_PLATFORM_UNINIT && platform_snp_state() == SNP_PLATFORM_UNINIT &&
        !rmp_is_in_force()) {
        fabric_latch();
        if (!fabric_is_usable() && needs_machine(command.row)) {
            return SEV_STATUS_INVALID_CONFIG;
        }
    }
    status = run(&command, paddr);
    wipe_command(&command);
    return status;
}
