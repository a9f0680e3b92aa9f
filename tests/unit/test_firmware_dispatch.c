/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dispatcher's order of checks (section 1.5), for every row of the table: what it refuses before
 * the handler runs, and that it refuses without touching anything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_checks.h"
#include "firmware/command_table.h"

#include "firmware/dispatch.h"
#include "firmware/guest/guest.h"
#include "tests/unit/firmware_rows.h"

#include "tests/unit/firmware_sample.h"

static const struct command_row *row;
static struct sample sample;

#define FOR_EACH_ROW for (size_t index_ = 0; (row = sev_row_at(index_)) != NULL; index_++)

/** Takes the board to a platform state. */
static void enter(enum sev_platform_state platform)
{
    (void)board_boot(NULL);
    if (platform != SEV_PLATFORM_UNINIT) {
        assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    }
    if (platform == SEV_PLATFORM_WORKING) {
        (void)flow_start(NULL, 0);
    }
    assert_int_equal(board_status().state, platform);
}

static size_t accesses(void)
{
    const struct hosted_access *trace;

    return hosted_dram_trace(&trace);
}

static void put_u32(uint8_t *parameters, uint32_t offset, uint32_t value)
{
    memcpy(parameters + offset, &value, sizeof(value));
}

static uint32_t get_u32(const uint8_t *parameters, uint32_t offset)
{
    uint32_t value;

    memcpy(&value, parameters + offset, sizeof(value));
    return value;
}

static void platform_state_comes_before_anything_else(void **state)
{
    (void)state;
    for (int platform = SEV_PLATFORM_UNINIT; platform <= SEV_PLATFORM_WORKING; platform++) {
        enter((enum sev_platform_state)platform);
        FOR_EACH_ROW
        {
            if ((row->platform_states & COMMAND_STATE(platform)) != 0) {
                continue;
            }
            hosted_dram_trace_start();
            assert_int_equal(dispatch_command(row->id, UINT64_MAX),
                             SEV_STATUS_INVALID_PLATFORM_STATE);
            assert_int_equal(accesses(), 0);
            assert_int_equal(board_status().state, platform);
        }
    }
}

static void unknown_ids_touch_nothing(void **state)
{
    (void)state;
    enter(SEV_PLATFORM_WORKING);
    hosted_dram_trace_start();
    for (uint32_t id = 0; id < 0x800; id++) {
        if (command_table_find(id) == NULL) {
            assert_int_equal(dispatch_command(id, BOARD_PARAMETERS), SEV_STATUS_INVALID_COMMAND);
        }
    }
    assert_int_equal(accesses(), 0);
}

static void parameters_must_be_aligned_memory_of_the_host(void **state)
{
    static const uint64_t bad[] = {UINT64_MAX,
                                   UINT64_MAX - 3,
                                   HOSTED_DRAM_BYTES_DEFAULT,
                                   1ull << 40,
                                   BOARD_PARAMETERS + 1,
                                   BOARD_PARAMETERS + 2,
                                   BOARD_PARAMETERS + 3,
                                   BOARD_TMR,
                                   BOARD_TMR + SEV_TMR_BYTES - 4,
                                   BOARD_TMR - 3};

    (void)state;
    for (int platform = SEV_PLATFORM_UNINIT; platform <= SEV_PLATFORM_WORKING; platform++) {
        enter((enum sev_platform_state)platform);
        FOR_EACH_ROW
        {
            if (row->size == 0 || (row->platform_states & COMMAND_STATE(platform)) == 0) {
                continue;
            }
            for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
                const bool held = i >= 7 && platform == SEV_PLATFORM_UNINIT;
                hosted_dram_trace_start();
                if (!held) {
                    assert_int_equal(dispatch_command(row->id, bad[i]), SEV_STATUS_INVALID_ADDRESS);
                    assert_int_equal(accesses(), 0);
                }
            }
            assert_int_equal(dispatch_command(row->id, HOSTED_DRAM_BYTES_DEFAULT - row->size + 4u),
                             SEV_STATUS_INVALID_ADDRESS);
        }
    }
}

static void handle_comes_before_state_lengths_and_addresses(void **state)
{
    uint8_t parameters[COMMAND_PARAMETERS_MAX];

    (void)state;
    enter(SEV_PLATFORM_WORKING);
    FOR_EACH_ROW
    {
        if (row->guest_states != 0) {
            memset(parameters, 0, sizeof(parameters));
            assert_int_equal(board_command(row->id, parameters, row->size),
                             SEV_STATUS_INVALID_GUEST);
            memset(parameters, 0xFF, sizeof(parameters));
            assert_int_equal(board_command(row->id, parameters, row->size),
                             SEV_STATUS_INVALID_GUEST);
        }
    }
}

static void guest_state_comes_before_lengths_and_addresses(void **state)
{
    uint8_t parameters[COMMAND_PARAMETERS_MAX];
    uint32_t handle;

    (void)state;
    enter(SEV_PLATFORM_INIT);
    handle = flow_start(NULL, 0);
    FOR_EACH_ROW
    {
        for (int guest = SEV_GUEST_LUPDATE; guest <= SEV_GUEST_SENT; guest++) {
            if (row->guest_states == 0 || (row->guest_states & COMMAND_STATE(guest)) != 0) {
                continue;
            }
            guest_find(handle)->state = (enum sev_guest_state)guest;
            memset(parameters, 0xFF, sizeof(parameters));
            put_u32(parameters, row->guest_offset, handle);
            assert_int_equal(board_command(row->id, parameters, row->size),
                             SEV_STATUS_INVALID_GUEST_STATE);
            assert_int_equal(guest_find(handle)->state, guest);
        }
    }
}

static bool is_query(void)
{
    bool query = false;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        query |= row->buffers[i].direction != COMMAND_UNUSED && command_is_query(&row->buffers[i]);
    }
    return query;
}

static void query_with_zero_pointers_tells_the_lengths(void **state)
{
    size_t queries = 0;

    (void)state;
    FOR_EACH_ROW
    {
        if (!is_query()) {
            continue;
        }
        sample_prepare(&sample, row);
        memset(sample.parameters, 0, sizeof(sample.parameters));
        put_u32(sample.parameters, row->guest_offset, sample.handle);
        assert_int_equal(sample_run(&sample), SEV_STATUS_INVALID_LENGTH);
        for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
            const struct command_buffer *buffer = &row->buffers[i];
            if (command_is_query(buffer) && buffer->direction != COMMAND_UNUSED) {
                const bool of_guest = buffer->rule == COMMAND_LENGTH_AT_LEAST_GUEST;
                assert_int_equal(get_u32(sample.parameters, buffer->length_offset),
                                 of_guest ? 0 : buffer->length);
            }
        }
        queries++;
    }
    assert_int_equal(queries, 8); /* CSR, export, id, measure, report, send: start, data, VMSA. */
}

static void query_that_is_one_byte_short_changes_no_state(void **state)
{
    struct sev_guest_status before;
    struct sev_guest_status after;

    (void)state;
    FOR_EACH_ROW
    {
        for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
            const struct command_buffer *buffer = &row->buffers[i];
            if (buffer->direction == COMMAND_UNUSED || !command_is_query(buffer)) {
                continue;
            }
            sample_prepare(&sample, row);
            const uint32_t good = get_u32(sample.parameters, buffer->length_offset);
            (void)flow_guest_status(sample.handle, &before);
            put_u32(sample.parameters, buffer->length_offset, good - 1);
            assert_int_equal(sample_run(&sample), SEV_STATUS_INVALID_LENGTH);
            assert_int_equal(get_u32(sample.parameters, buffer->length_offset), good);
            (void)flow_guest_status(sample.handle, &after);
            assert_memory_equal(&before, &after, sizeof(before));
            assert_int_equal(sample_run(&sample), sample.expected);
        }
    }
}

static void inactive_guest_is_told_before_lengths_and_addresses(void **state)
{
    (void)state;
    FOR_EACH_ROW
    {
        if (!row->needs_active) {
            continue;
        }
        sample_prepare(&sample, row);
        assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, sample.handle),
                         SEV_STATUS_SUCCESS);
        for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
            if (row->buffers[i].direction != COMMAND_UNUSED) {
                sample_set_address(&sample, i, UINT64_MAX);
            }
        }
        assert_int_equal(sample_run(&sample), SEV_STATUS_INACTIVE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(platform_state_comes_before_anything_else),
        cmocka_unit_test(unknown_ids_touch_nothing),
        cmocka_unit_test(parameters_must_be_aligned_memory_of_the_host),
        cmocka_unit_test(handle_comes_before_state_lengths_and_addresses),
        cmocka_unit_test(guest_state_comes_before_lengths_and_addresses),
        cmocka_unit_test(query_with_zero_pointers_tells_the_lengths),
        cmocka_unit_test(query_that_is_one_byte_short_changes_no_state),
        cmocka_unit_test(inactive_guest_is_told_before_lengths_and_addresses),
    };

    return cmocka_run_group_tests_name("dispatcher", tests, NULL, NULL);
}
