/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks that follow from a command's row (command_checks.h).
 */
#include "firmware/command_checks.h"

#include "abi/sev_certificate.h"
#include "abi/sev_data.h"
#include "firmware/fabric.h"

bool command_is_query(const struct command_buffer *buffer)
{
    return buffer->rule == COMMAND_LENGTH_AT_LEAST || buffer->rule == COMMAND_LENGTH_PER_SOCKET ||
           buffer->rule == COMMAND_LENGTH_AT_LEAST_GUEST;
}

/** Length that the parameters give for a buffer. */
static uint32_t given_length(const struct command *command, const struct command_buffer *buffer)
{
    return command_get_u32(command, buffer->length_offset);
}

/** Length of the command's GUEST buffer. */
static uint32_t guest_length(const struct command *command)
{
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (command_is_guests(command->row->buffers[i].direction)) {
            return given_length(command, &command->row->buffers[i]);
        }
    }
    return 0;
}

/** Length that an "at least" rule asks for. */
static uint32_t needed_length(const struct command *command, const struct command_buffer *buffer)
{
    return buffer->rule == COMMAND_LENGTH_AT_LEAST_GUEST ? guest_length(command) : buffer->length;
}

enum sev_status command_check_queries(struct command *command)
{
    bool short_buffer = false;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_buffer *buffer = &command->row->buffers[i];

        short_buffer |= command_is_query(buffer) &&
                        given_length(command, buffer) < needed_length(command, buffer);
    }
    if (!short_buffer) {
        return SEV_STATUS_SUCCESS;
    }
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_buffer *buffer = &command->row->buffers[i];

        if (command_is_query(buffer)) {
            command_set_u32(command, buffer->length_offset, needed_length(command, buffer));
        }
    }
    return SEV_STATUS_INVALID_LENGTH;
}

/** Whether all buffers with the EXACT_OR_NONE rule are absent. */
static bool optional_buffers_absent(const struct command *command)
{
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_buffer *buffer = &command->row->buffers[i];

        if (buffer->rule == COMMAND_LENGTH_EXACT_OR_NONE && given_length(command, buffer) != 0) {
            return false;
        }
    }
    return true;
}

/** Whether one buffer's length obeys its rule. */
static bool length_is_allowed(const struct command *command, const struct command_buffer *buffer)
{
    const uint32_t length = given_length(command, buffer);

    switch (buffer->rule) {
    case COMMAND_LENGTH_EXACT:
        return length == buffer->length;
    case COMMAND_LENGTH_EXACT_OR_NONE:
        return length == buffer->length || optional_buffers_absent(command);
    case COMMAND_LENGTH_PAGES:
        return length >= buffer->length && length % SEV_PAGE_4K_BYTES == 0;
    case COMMAND_LENGTH_SAME_AS_GUEST:
        return length == guest_length(command);
    case COMMAND_LENGTH_BLOCKS:
        return length != 0 && length % SEV_BLOCK_BYTES == 0 && length <= buffer->length;
    case COMMAND_LENGTH_IMAGE:
        return length != 0 && length <= buffer->length;
    case COMMAND_LENGTH_AMD_CHAIN:
        return length == 2u * AMD_CERTIFICATE_BYTES(2048) ||
               length == 2u * AMD_CERTIFICATE_BYTES(4096);
    case COMMAND_LENGTH_WORDS:
        return length != 0 && length <= buffer->length / sizeof(uint32_t);
    default:
        return true; /* No length is wrong, or command_check_queries has looked. */
    }
}

enum sev_status command_check_lengths(struct command *command)
{
    if (command->row->has_length && command_get_u32(command, 0) < command->row->size) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_buffer *buffer = &command->row->buffers[i];

        if (command_has_buffer(buffer, command->parameters) &&
            !length_is_allowed(command, buffer)) {
            return SEV_STATUS_INVALID_LENGTH;
        }
    }
    return SEV_STATUS_SUCCESS;
}

/** Bytes of a PER_SOCKET output: whole elements, as many as fit and there are sockets. */
static uint32_t whole_elements(uint32_t given, uint32_t element)
{
    const uint32_t fit = given / element;
    const uint32_t sockets = fabric_config()->sockets;

    return element * (fit < sockets ? fit : sockets);
}

/** Bytes that the command will touch of a buffer: an output never exceeds what is needed. */
static uint32_t touched_length(const struct command *command, const struct command_buffer *buffer)
{
    const uint32_t given = given_length(command, buffer);

    switch (buffer->rule) {
    case COMMAND_LENGTH_WORDS:
        return given * (uint32_t)sizeof(uint32_t);
    case COMMAND_LENGTH_FIXED:
        return buffer->length;
    case COMMAND_LENGTH_PER_SOCKET:
        return whole_elements(given, buffer->length);
    case COMMAND_LENGTH_PAGE:
        return (given & SEV_SWAP_PAGE_2M) != 0 ? SEV_PAGE_2M_BYTES : SEV_PAGE_4K_BYTES;
    default:
        return command_is_query(buffer) ? needed_length(command, buffer) : given;
    }
}

/** Alignment that a buffer of the given length needs. */
static uint32_t needed_alignment(const struct command_buffer *buffer, uint32_t length)
{
    return buffer->alignment == COMMAND_ALIGNED_TO_LENGTH ? length : buffer->alignment;
}

/** Whether a buffer must not overlap anything else the command names: all but private copies. */
static bool stands_alone(const struct command_buffer *buffer)
{
    return buffer->direction != COMMAND_UNUSED && buffer->direction != COMMAND_IN;
}

/** Whether a buffer overlaps the parameters or another buffer. */
static bool overlaps_another(const struct command *command, uint32_t index)
{
    const struct hostmem_range *range = &command->data[index].range;

    if (hostmem_overlap(range, &command->parameters_range)) {
        return true;
    }
    for (uint32_t other = 0; other < COMMAND_BUFFERS_MAX; other++) {
        if (other != index && hostmem_overlap(range, &command->data[other].range)) {
            return true;
        }
    }
    return false;
}

/** Turns a buffer's address into a range, for what its direction allows. */
static enum sev_status resolve(struct command *command, uint32_t index)
{
    const struct command_buffer *buffer = &command->row->buffers[index];
    const uint32_t length =
        command_has_buffer(buffer, command->parameters) ? touched_length(command, buffer) : 0;
    const struct hostmem_access access = {
        .direction = command_access(buffer->direction),
        .ignores_c_bit = buffer->ignores_c_bit,
        .alignment = needed_alignment(buffer, length),
    };

    return length == 0 ? SEV_STATUS_SUCCESS
                       : hostmem_resolve(command_get_u64(command, buffer->paddr_offset), length,
                                         &access, &command->data[index].range);
}

enum sev_status command_check_addresses(struct command *command)
{
    command_function *const check_guest = command->row->family->check_address;

    if (command->row->guest_states != 0 && check_guest != NULL) {
        const enum sev_status status = check_guest(command);

        if (status != SEV_STATUS_SUCCESS) {
            return status;
        }
    }
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const enum sev_status status = resolve(command, i);

        if (status != SEV_STATUS_SUCCESS) {
            return status;
        }
    }
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (stands_alone(&command->row->buffers[i]) && overlaps_another(command, i)) {
            return SEV_STATUS_INVALID_ADDRESS;
        }
    }
    return SEV_STATUS_SUCCESS;
}

enum sev_status command_check_pages(struct command *command)
{
    const struct command_family *family = command->row->family;
    const uint32_t asid = family->asid == NULL ? 0 : family->asid(command);
    enum sev_status status = SEV_STATUS_SUCCESS;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        struct hostmem_range *range = &command->data[i].range;
        enum sev_status its;

        range->pages = command_pages(&command->row->buffers[i], range->length, asid);
        its = range->length == 0 ? SEV_STATUS_SUCCESS : hostmem_check_pages(range);
        /* Sizes of all come before states of all, these before owners: so are the statuses. */
        if (its != SEV_STATUS_SUCCESS && (status == SEV_STATUS_SUCCESS || its < status)) {
            status = its;
        }
    }
    return status;
}
