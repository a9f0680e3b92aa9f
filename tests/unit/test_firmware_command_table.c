/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command table says the same as the specification (section 1.6), as the handlers' comments and
 * as itself: a wrong row was a real firmware's CVE-2024-21980.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_checks.h"
#include "firmware/command_table.h"

#include "tests/unit/firmware_rows.h"

#include "tests/unit/firmware_board.h"

#define STAGING_BYTES 0x9000u /* Of firmware/dispatch.c. */
#define SOCKETS_MAX 2u

#define FOR_EACH_ROW(row) for (size_t index_ = 0; ((row) = sev_row_at(index_)) != NULL; index_++)

static void each_row_is_found_by_its_id_alone(void **state)
{
    const struct command_row *row;
    size_t rows = 0;

    (void)state;
    for (uint32_t id = 0; id < 0x800; id++) {
        row = command_table_find(id);
        rows += row != NULL ? 1 : 0;
        if (row == NULL) {
            assert_string_equal(command_table_name(id), "unknown");
        } else {
            assert_int_equal(row->id, id);
            assert_string_equal(command_table_name(id), row->name);
        }
    }
    for (size_t i = 0; (row = command_table_at(i)) != NULL; i++) {
        assert_ptr_equal(command_table_find(row->id), row);
        rows--;
    }
    assert_int_equal(rows, 0);
}

static void each_row_is_complete(void **state)
{
    const struct command_row *row;

    (void)state;
    FOR_EACH_ROW(row)
    {
        assert_non_null(row->name);
        assert_non_null(row->section);
        assert_non_null(row->handle);
        assert_true(row->size <= COMMAND_PARAMETERS_MAX);
        assert_int_equal(row->size == 0, row->structure == NULL);
        assert_true((row->platform_states & COMMAND_PLATFORM_ANY) != 0);
        assert_int_equal(row->platform_states & ~COMMAND_PLATFORM_ANY, 0);
        assert_int_equal(row->guest_states & ~COMMAND_GUEST_ANY, 0);
        assert_true(row->guest_states == 0 || row->guest_offset + 4u <= row->size);
        assert_true(!row->needs_active || row->guest_states != 0);
    }
}

/** Marks the bytes [offset, offset + length) of the parameters; fails when one has a meaning. */
static void claim(uint8_t used[COMMAND_PARAMETERS_MAX], uint32_t offset, uint32_t length)
{
    for (uint32_t i = offset; i < offset + length; i++) {
        assert_int_equal(used[i], 0);
        used[i] = 1;
    }
}

/** Whether an earlier buffer has the same address field and is there only when this one is not. */
static bool shares_its_field(const struct command_row *row, uint32_t index)
{
    const struct command_buffer *buffer = &row->buffers[index];

    for (uint32_t i = 0; i < index; i++) {
        if (row->buffers[i].paddr_offset == buffer->paddr_offset) {
            assert_int_equal(row->buffers[i].present.mask, buffer->present.mask);
            assert_int_equal(row->buffers[i].present.offset, buffer->present.offset);
            assert_int_not_equal(row->buffers[i].present.value, buffer->present.value);
            return true;
        }
    }
    return false;
}

static void fields_lie_in_the_parameters_and_apart(void **state)
{
    const struct command_row *row;

    (void)state;
    FOR_EACH_ROW(row)
    {
        uint8_t used[COMMAND_PARAMETERS_MAX] = {0};

        if (row->guest_states != 0) {
            claim(used, row->guest_offset, 4);
        }
        for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
            const struct command_buffer *buffer = &row->buffers[i];
            if (buffer->direction == COMMAND_UNUSED) {
                continue;
            }
            assert_non_null(buffer->name);
            assert_true(buffer->paddr_offset + 8u <= row->size);
            if (buffer->present.mask == 0 || !shares_its_field(row, i)) {
                claim(used, buffer->paddr_offset, 8);
            }
            assert_true(buffer->length_offset + 4u <= row->size);
            assert_true(buffer->rule == COMMAND_LENGTH_FIXED ||
                        buffer->length_offset + 4u <= buffer->paddr_offset ||
                        buffer->length_offset >= buffer->paddr_offset + 8u);
            assert_int_equal(buffer->alignment & (buffer->alignment - 1), 0);
            assert_true(buffer->alignment != COMMAND_ALIGNED_TO_LENGTH ||
                        buffer->rule == COMMAND_LENGTH_PAGE);
        }
    }
}

static bool is_length_field(const struct command_row *row, uint32_t offset)
{
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (row->buffers[i].direction != COMMAND_UNUSED &&
            row->buffers[i].length_offset == offset) {
            return true;
        }
    }
    return false;
}

/** An Out field is inside, and never replaces an address or, but for queries, a length. */
static void out_fields_are_outputs_only(void **state)
{
    const struct command_row *row;

    (void)state;
    FOR_EACH_ROW(row)
    {
        for (uint32_t i = 0; i < COMMAND_OUT_FIELDS_MAX; i++) {
            const uint32_t start = row->out[i].offset;
            const uint32_t end = start + row->out[i].length;

            assert_true(end <= row->size);
            for (uint32_t b = 0; b < COMMAND_BUFFERS_MAX && end != start; b++) {
                const struct command_buffer *buffer = &row->buffers[b];
                if (buffer->direction == COMMAND_UNUSED) {
                    continue;
                }
                assert_true(buffer->paddr_offset + 8u <= start || buffer->paddr_offset >= end);
                if (buffer->length_offset + 4u > start && buffer->length_offset < end) {
                    assert_true(command_is_query(buffer));
                    assert_int_equal(buffer->direction, COMMAND_OUT);
                }
            }
        }
    }
}

static void each_output_reports_its_length(void **state)
{
    const struct command_row *row;

    (void)state;
    FOR_EACH_ROW(row)
    {
        for (uint32_t b = 0; b < COMMAND_BUFFERS_MAX; b++) {
            bool reported = false;
            if (row->buffers[b].direction != COMMAND_OUT) {
                continue;
            }
            for (uint32_t i = 0; i < COMMAND_OUT_FIELDS_MAX; i++) {
                reported |=
                    row->out[i].length == 4 && row->out[i].offset == row->buffers[b].length_offset;
            }
            /* The caller learns what was written: the length is an Out field, or is fixed. */
            assert_true(reported || !command_is_query(&row->buffers[b]));
            assert_true(is_length_field(row, row->buffers[b].length_offset));
        }
    }
}

/** The largest staging a row's copies can need. */
static uint32_t staging_needed(const struct command_row *row)
{
    uint32_t needed = 0;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_buffer *buffer = &row->buffers[i];
        uint32_t length = buffer->length;
        if (buffer->direction != COMMAND_IN && buffer->direction != COMMAND_OUT) {
            continue;
        }
        if (buffer->rule == COMMAND_LENGTH_PER_SOCKET) {
            length *= SOCKETS_MAX;
        }
        if (buffer->rule == COMMAND_LENGTH_AMD_CHAIN) {
            length = 2u * sizeof(struct amd_certificate_4096);
        }
        for (uint32_t g = 0; g < COMMAND_BUFFERS_MAX; g++) {
            if ((buffer->rule == COMMAND_LENGTH_SAME_AS_GUEST ||
                 buffer->rule == COMMAND_LENGTH_AT_LEAST_GUEST) &&
                command_is_guests(row->buffers[g].direction)) {
                length = row->buffers[g].length;
            }
        }
        assert_true(length <= STAGING_BYTES);
        needed += (length + 15u) & ~15u;
    }
    return needed;
}

static void staging_holds_the_worst_case_of_every_row(void **state)
{
    const struct command_row *row;

    (void)state;
    FOR_EACH_ROW(row)
    {
        assert_true(staging_needed(row) <= STAGING_BYTES);
    }
}

static void masks_hold_the_statuses_that_the_checks_imply(void **state)
{
    const struct command_row *row;

    (void)state;
    FOR_EACH_ROW(row)
    {
        const bool unsupported = (row->statuses & COMMAND_STATUS(SUCCESS)) == 0;

        assert_true(!unsupported || (row->statuses & COMMAND_STATUS(UNSUPPORTED)) != 0);
        assert_int_equal((row->statuses & COMMAND_STATUS(INVALID_PLATFORM_STATE)) != 0,
                         row->platform_states != COMMAND_PLATFORM_ANY);
        assert_int_equal((row->statuses & COMMAND_STATUS(INVALID_ADDRESS)) != 0, row->size != 0);
        assert_int_equal(row->statuses & COMMAND_STATUS(INVALID_COMMAND), 0);
        if (row->guest_states != 0) {
            assert_true((row->statuses & COMMAND_STATUS(INVALID_GUEST)) != 0);
            assert_true(row->guest_states == COMMAND_GUEST_ANY ||
                        (row->statuses & COMMAND_STATUS(INVALID_GUEST_STATE)) != 0);
            assert_true(!row->needs_active || (row->statuses & COMMAND_STATUS(INACTIVE)) != 0);
        }
    }
}

/** Lengths that a command chooses freely are bounded, so that it answers in time. */
static void no_command_works_on_more_than_it_can_in_time(void **state)
{
    const struct command_row *row;
    uint32_t buffers = 0;

    (void)state;
    FOR_EACH_ROW(row)
    {
        for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
            const struct command_buffer *buffer = &row->buffers[i];
            if (buffer->rule == COMMAND_LENGTH_BLOCKS) {
                assert_true(buffer->length != 0 && buffer->length <= SEV_MEMORY_MAX);
                buffers++;
            }
        }
    }
    assert_true(buffers >= 7); /* LAUNCH_UPDATE_DATA, COPY, DBG_DECRYPT, DBG_ENCRYPT. */
    assert_int_equal(SEV_MEMORY_MAX, 128u * 1024u * 1024u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_is_found_by_its_id_alone),
        cmocka_unit_test(each_row_is_complete),
        cmocka_unit_test(fields_lie_in_the_parameters_and_apart),
        cmocka_unit_test(out_fields_are_outputs_only),
        cmocka_unit_test(each_output_reports_its_length),
        cmocka_unit_test(staging_holds_the_worst_case_of_every_row),
        cmocka_unit_test(no_command_works_on_more_than_it_can_in_time),
        cmocka_unit_test(masks_hold_the_statuses_that_the_checks_imply),
    };

    return cmocka_run_group_tests_name("command table", tests, NULL, NULL);
}
