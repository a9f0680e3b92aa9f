/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T01, T03, T08: the firmware writes to x86 memory only what the command's row names as an output, a
 * failing command writes nothing but lengths, and no command reaches another guest's key
 * (CVE-2024-21980, CVE-2023-31355, CVE-2024-45746).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_checks.h"

#include "tests/unit/firmware_sample.h"

/** Whether [at, at + length) lies in a buffer that the command may write. */
static bool in_output_buffer(const struct sample *sample, uint64_t at, uint32_t length)
{
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const enum command_direction direction = sample->row->buffers[i].direction;
        const uint64_t start = sample_address(sample, i);

        if (direction != COMMAND_UNUSED && direction != COMMAND_IN && at >= start &&
            at + length <= start + sample_length(sample, i)) {
            return true;
        }
    }
    return false;
}

/** Whether it lies in an Out field of the parameters. */
static bool in_output_field(const struct sample *sample, uint64_t at, uint32_t length)
{
    for (uint32_t i = 0; i < COMMAND_OUT_FIELDS_MAX; i++) {
        const uint64_t start = BOARD_PARAMETERS + sample->row->out[i].offset;

        if (at >= start && at + length <= start + sample->row->out[i].length) {
            return true;
        }
    }
    return false;
}

/** The TMR is the firmware's own; only SEV-ES commands write there. */
static bool in_tmr(uint64_t at, uint32_t length)
{
    return at >= BOARD_TMR && at + length <= BOARD_TMR + SEV_TMR_BYTES;
}

static void check_writes(struct sample *sample)
{
    const struct sample before = *sample;
    const struct hosted_access *trace;
    size_t count;

    hosted_dram_trace_start();
    assert_int_equal(sample_run(sample), sample->expected);
    count = hosted_dram_trace(&trace);
    for (size_t i = 0; i < count; i++) {
        if (trace[i].write && !in_output_buffer(&before, trace[i].offset, trace[i].length) &&
            !in_output_field(&before, trace[i].offset, trace[i].length) &&
            !in_tmr(trace[i].offset, trace[i].length)) {
            print_message("%s writes %u bytes at %llx\n", sample->row->name, trace[i].length,
                          (unsigned long long)trace[i].offset);
            fail();
        }
    }
}

static void only_outputs_are_written(void **state)
{
    (void)state;
    sample_for_each(check_writes);
}

/** @return how many writes a command made that must fail */
static size_t writes_of_failing(struct sample *sample)
{
    const struct hosted_access *trace;
    size_t writes = 0;
    size_t count;

    hosted_dram_trace_start();
    assert_int_not_equal(sample_run(sample), SEV_STATUS_SUCCESS);
    count = hosted_dram_trace(&trace);
    for (size_t i = 0; i < count; i++) {
        writes += trace[i].write ? 1 : 0;
    }
    return writes;
}

static void check_failures(struct sample *sample)
{
    struct sample bad;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (sample->row->buffers[i].direction == COMMAND_UNUSED) {
            continue;
        }
        bad = *sample;
        sample_set_address(&bad, i, HOSTED_DRAM_BYTES_DEFAULT);
        assert_int_equal(writes_of_failing(&bad), 0);
        bad = *sample;
        sample_set_address(&bad, i, BOARD_PARAMETERS + 1);
        if (sample->row->buffers[i].direction != COMMAND_IN) {
            assert_int_equal(writes_of_failing(&bad), 0);
        }
    }
    if (sample->row->guest_states != 0) {
        bad = *sample;
        memset(bad.parameters + sample->row->guest_offset, 0xFF, 4);
        assert_int_equal(writes_of_failing(&bad), 0);
    }
    assert_int_equal(sample_run(sample), sample->expected); /* Nothing had changed. */
}

static void failing_commands_write_nothing(void **state)
{
    (void)state;
    sample_for_each(check_failures);
}

/** Everything too short at once: only the lengths of queries may change. */
static void check_lengths(struct sample *sample)
{
    const struct hosted_access *trace;
    size_t count;
    bool query = false;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        query |= sample->row->buffers[i].direction != COMMAND_UNUSED &&
                 command_is_query(&sample->row->buffers[i]);
    }
    if (!query) {
        return;
    }
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (command_is_query(&sample->row->buffers[i])) {
            memset(sample->parameters + sample->row->buffers[i].length_offset, 0, 4);
            sample_set_address(sample, i, BOARD_TMR); /* Never looked at. */
        }
    }
    hosted_dram_trace_start();
    assert_int_equal(sample_run(sample), SEV_STATUS_INVALID_LENGTH);
    count = hosted_dram_trace(&trace);
    for (size_t i = 0; i < count; i++) {
        bool is_length = false;
        for (uint32_t b = 0; b < COMMAND_BUFFERS_MAX; b++) {
            is_length |=
                trace[i].offset == BOARD_PARAMETERS + sample->row->buffers[b].length_offset &&
                trace[i].length == 4 && command_is_query(&sample->row->buffers[b]);
        }
        assert_true(!trace[i].write || is_length);
    }
}

static void length_queries_write_lengths_only(void **state)
{
    (void)state;
    sample_for_each(check_lengths);
}

static void check_keys(struct sample *sample)
{
    static uint8_t before[sizeof(struct fabric_memctl)];
    const struct fabric_memctl *old = (const struct fabric_memctl *)(const void *)before;
    const struct fabric_memctl *memctl = board_memctl();

    memcpy(before, memctl, sizeof(before));
    assert_int_equal(sample_run(sample), sample->expected);
    assert_memory_equal(memctl->tweak_key, old->tweak_key, sizeof(old->tweak_key));
    for (uint32_t asid = 0; asid < FABRIC_SLOTS_MAX; asid++) {
        if (asid != BOARD_ES_ASID) {
            assert_memory_equal(&memctl->slots[asid], &old->slots[asid], sizeof(old->slots[0]));
        }
    }
}

static void no_command_changes_another_guests_key(void **state)
{
    (void)state;
    sample_for_each(check_keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_outputs_are_written),
        cmocka_unit_test(failing_commands_write_nothing),
        cmocka_unit_test(length_queries_write_lengths_only),
        cmocka_unit_test(no_command_changes_another_guests_key),
    };

    return cmocka_run_group_tests_name("T01, T03, T08 unchecked output", tests, NULL, NULL);
}
