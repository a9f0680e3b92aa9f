/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arithmetic of requests (requests.h); what is in them is in subjects.c.
 */
#include "tests/conformance/requests.h"

#include <string.h>

#include "tests/conformance/subjects.h"

void request_prepare(struct request *request, const struct row *row)
{
    const struct subject *subject = subject_find(row->id);

    if (subject == NULL) {
        fail_msg("tests/conformance/subjects.c has no request for %s", row->name);
    }
    memset(request, 0, sizeof *request);
    request->row = row;
    request->repeatable = subject->repeatable;
    request->anchored = subject->anchored;
    request->success = subject->board_only && suite.options.hosted != NULL ? SEV_STATUS_UNSUPPORTED
                                                                           : SEV_STATUS_SUCCESS;
    subject->prepare(request->parameters);
}

int request_run(struct request *request)
{
    return suite_run(request->row->id, request->parameters, request->row->size);
}

void request_refused(struct request *request, const void *after, enum sev_status expected,
                     const char *file, int line)
{
    snapshot_refuse(request->row->id, request->parameters, request->row->size, after, expected,
                    file, line);
}

uint32_t request_get_u32(const struct request *request, uint32_t offset)
{
    uint32_t value;

    memcpy(&value, request->parameters + offset, sizeof value);
    return value;
}

uint64_t request_get_u64(const struct request *request, uint32_t offset)
{
    uint64_t value;

    memcpy(&value, request->parameters + offset, sizeof value);
    return value;
}

void request_set_u32(struct request *request, uint32_t offset, uint32_t value)
{
    memcpy(request->parameters + offset, &value, sizeof value);
}

void request_set_u64(struct request *request, uint32_t offset, uint64_t value)
{
    memcpy(request->parameters + offset, &value, sizeof value);
}

uint32_t request_guest_length(const struct request *request)
{
    for (size_t i = 0; i < request->row->buffer_count; i++) {
        if (request->row->buffers[i].direction == ROW_GUEST) {
            return request_get_u32(request, request->row->buffers[i].length_offset);
        }
    }
    return 0;
}

bool request_has_buffer(const struct request *request, const struct row_buffer *buffer)
{
    return (request_get_u32(request, buffer->present_offset) & buffer->present_mask) ==
           buffer->present_value;
}

uint32_t request_needed_bytes(const struct request *request, const struct row_buffer *buffer)
{
    return buffer->rule == ROW_AT_LEAST_GUEST ? request_guest_length(request) : buffer->length;
}

uint32_t request_buffer_bytes(const struct request *request, const struct row_buffer *buffer)
{
    const uint32_t given = request_get_u32(request, buffer->length_offset);

    if (!request_has_buffer(request, buffer)) {
        return 0;
    }
    switch (buffer->rule) {
    case ROW_AT_LEAST:
    case ROW_FIXED:
        return buffer->length;
    case ROW_PER_SOCKET: {
        const uint32_t fit = given / buffer->length;

        return buffer->length * (fit < machine_sockets() ? fit : machine_sockets());
    }
    case ROW_AT_LEAST_GUEST:
        return request_guest_length(request);
    case ROW_WORDS:
        return given * (uint32_t)sizeof(uint32_t);
    case ROW_PAGE:
        return (given & SEV_SWAP_PAGE_2M) != 0 ? SEV_PAGE_2M_BYTES : SEV_PAGE_4K_BYTES;
    default:
        return given;
    }
}

uint32_t request_alignment(const struct request *request, const struct row_buffer *buffer)
{
    return buffer->alignment != 0 ? buffer->alignment : request_buffer_bytes(request, buffer);
}

void request_move(struct request *request, const struct row_buffer *buffer, uint64_t paddr)
{
    const uint32_t length = request_buffer_bytes(request, buffer);
    const uint64_t old = request_get_u64(request, buffer->paddr_offset);

    memmove(suite_at(paddr, length), suite_at(old, length), length);
    request_set_u64(request, buffer->paddr_offset, paddr);
}
