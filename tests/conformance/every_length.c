/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For every command with buffers: every wrong length is INVALID_LENGTH, whatever the addresses are;
 * a length query returns the needed lengths; more room than needed is fine (sections 1.5, 4).
 */
#include <string.h>

#include "tests/conformance/every.h"

#define WRONG_LENGTHS_MAX 8u

/** Lengths that a buffer must not have. @return how many */
static size_t wrong_lengths(const struct request *request, const struct row_buffer *buffer,
                            uint32_t lengths[WRONG_LENGTHS_MAX])
{
    const uint32_t given = request_get_u32(request, buffer->length_offset);
    const uint32_t limit = buffer->length;

    switch (buffer->rule) {
    case ROW_EXACT:
    case ROW_EXACT_OR_NONE:
    case ROW_AMD_CHAIN: {
        const uint32_t wrong[] = {0, given - 1, given + 1, 1, 2 * given, UINT32_MAX};
        memcpy(lengths, wrong, sizeof wrong);
        return sizeof wrong / sizeof wrong[0];
    }
    case ROW_SAME_AS_GUEST: {
        const uint32_t wrong[] = {0, given - 16, given + 16, given - 1, given + 1, UINT32_MAX};
        memcpy(lengths, wrong, sizeof wrong);
        return sizeof wrong / sizeof wrong[0];
    }
    case ROW_BLOCKS: {
        const uint32_t wrong[] = {0, 1, 15, given - 8, given + 8, UINT32_MAX, (limit & ~15u) + 16u};
        memcpy(lengths, wrong, sizeof wrong);
        return sizeof wrong / sizeof wrong[0]; /* The last is 0 when there is no limit. */
    }
    case ROW_IMAGE: {
        const uint32_t wrong[] = {0, limit + 1, UINT32_MAX};
        memcpy(lengths, wrong, sizeof wrong);
        return sizeof wrong / sizeof wrong[0];
    }
    case ROW_PAGES: {
        const uint32_t wrong[] = {0,         1,         limit - 1,     limit - 0x1000,
                                  limit + 1, limit + 8, limit + 0xFFF, UINT32_MAX};
        memcpy(lengths, wrong, sizeof wrong);
        return sizeof wrong / sizeof wrong[0];
    }
    case ROW_WORDS: {
        const uint32_t wrong[] = {0, limit / 4 + 1, UINT32_MAX, 0x40000000u};
        memcpy(lengths, wrong, sizeof wrong);
        return sizeof wrong / sizeof wrong[0];
    }
    default:
        return 0;
    }
}

bool has_length(const struct row *row)
{
    for (size_t i = 0; i < row->buffer_count; i++) {
        const enum row_rule rule = row->buffers[i].rule;

        if (!row_is_query(&row->buffers[i]) && rule != ROW_FIXED && rule != ROW_PAGE) {
            return true;
        }
    }
    return false;
}

bool has_query(const struct row *row)
{
    for (size_t i = 0; i < row->buffer_count; i++) {
        if (row_is_query(&row->buffers[i])) {
            return true;
        }
    }
    return false;
}

/** What a failing command makes of the parameters: if a length is too short, all needed lengths. */
static struct request after_failure(const struct request *request)
{
    struct request after = *request;
    bool is_query = false;

    for (size_t i = 0; i < request->row->buffer_count; i++) {
        const struct row_buffer *buffer = &request->row->buffers[i];

        if (row_is_query(buffer)) {
            const uint32_t needed = request_needed_bytes(request, buffer);

            is_query |= request_get_u32(request, buffer->length_offset) < needed;
            request_set_u32(&after, buffer->length_offset, needed);
        }
    }
    return is_query ? after : *request;
}

static void refuse(struct request *request, enum sev_status expected)
{
    const struct request after = after_failure(request);

    request_refused(request, after.parameters, expected, __FILE__, __LINE__);
}

/** The wrong length counts even when every address is wrong too. */
static void refuse_length(const struct request *request, const struct row_buffer *buffer,
                          uint32_t length)
{
    /* A list that is too long or empty is a wrong parameter (9.3), not a wrong length. */
    const enum sev_status expected =
        buffer->rule == ROW_WORDS ? SEV_STATUS_INVALID_PARAM : SEV_STATUS_INVALID_LENGTH;
    struct request wrong = *request;

    request_set_u32(&wrong, buffer->length_offset, length);
    refuse(&wrong, expected);
    wrong = *request;
    request_set_u32(&wrong, buffer->length_offset, length);
    for (size_t i = 0; i < wrong.row->buffer_count; i++) {
        request_set_u64(&wrong, wrong.row->buffers[i].paddr_offset, 0xFFFFFFFFFFFFF000ull);
    }
    refuse(&wrong, expected);
}

void every_length_refused(void **state)
{
    struct request request;

    request_prepare(&request, *state);
    for (size_t i = 0; i < request.row->buffer_count; i++) {
        const struct row_buffer *buffer = &request.row->buffers[i];
        uint32_t lengths[WRONG_LENGTHS_MAX];
        const size_t count =
            request_has_buffer(&request, buffer) ? wrong_lengths(&request, buffer, lengths) : 0;

        for (size_t j = 0; j < count; j++) {
            refuse_length(&request, buffer, lengths[j]);
        }
    }
    assert_request_succeeds(&request);
}

/** Zero, one, and one byte too few, with and without addresses. */
void every_length_query(void **state)
{
    struct request request;

    request_prepare(&request, *state);
    for (size_t i = 0; i < request.row->buffer_count; i++) {
        const struct row_buffer *buffer = &request.row->buffers[i];
        const uint32_t needed = request_needed_bytes(&request, buffer);
        const uint32_t lengths[] = {0, 1, needed - 1};

        for (size_t j = 0; row_is_query(buffer) && j < sizeof lengths / sizeof lengths[0]; j++) {
            struct request query = request;

            request_set_u32(&query, buffer->length_offset, lengths[j]);
            refuse(&query, SEV_STATUS_INVALID_LENGTH);
            query = request;
            for (size_t k = 0; k < request.row->buffer_count; k++) {
                request_set_u64(&query, request.row->buffers[k].paddr_offset, 0);
                if (row_is_query(&request.row->buffers[k]) || lengths[j] == 0) {
                    request_set_u32(&query, request.row->buffers[k].length_offset, lengths[j]);
                }
            }
            refuse(&query, SEV_STATUS_INVALID_LENGTH);
        }
    }
    assert_request_succeeds(&request);
}

/** More room: the length becomes what was written, and nothing is written behind that. */
void every_length_longer(void **state)
{
    const struct row *row = *state;

    for (size_t i = 0; i < row->buffer_count; i++) {
        const struct row_buffer *buffer = &row->buffers[i];
        const uint32_t extra[] = {1, 0x1000, 0x80000000u};

        for (size_t j = 0; row_is_query(buffer) && j < sizeof extra / sizeof extra[0]; j++) {
            struct request request;

            request_prepare(&request, row);
            request_set_u32(&request, buffer->length_offset, UINT32_MAX);
            const uint32_t needed = request_buffer_bytes(&request, buffer);
            uint8_t *bytes =
                suite_at(request_get_u64(&request, buffer->paddr_offset), needed + 0x1000);

            memset(bytes, SUITE_PATTERN, needed + 0x1000);
            request_set_u32(&request, buffer->length_offset, needed + extra[j]);
            assert_request_succeeds(&request);
            assert_int_equal(request_get_u32(&request, buffer->length_offset), needed);
            for (size_t k = 0; k < 0x1000; k++) {
                assert_int_equal(bytes[needed + k], SUITE_PATTERN);
            }
        }
    }
}
