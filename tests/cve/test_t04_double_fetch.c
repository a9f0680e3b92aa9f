/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T04: each byte of x86 memory is read once, and a host that changes it behind the firmware's back
 * changes nothing: neither the status nor what comes out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_sample.h"

static void check_rereads(struct sample *sample)
{
    uint64_t first = 0;

    hosted_dram_trace_start();
    assert_int_equal(sample_run(sample), sample->expected);
    if (hosted_dram_rereads(&first) != 0) { /* The TMR's table, which the CPU writes, included. */
        print_message("%s reads %llx again\n", sample->row->name, (unsigned long long)first);
        fail();
    }
}

static void no_byte_is_read_twice(void **state)
{
    (void)state;
    sample_for_each(check_rereads);
}

/** With every address behind the C-bit, partial blocks are read again to be written. */
static void check_rereads_of_inputs(struct sample *sample)
{
    const struct hosted_access *trace;
    size_t count;

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const struct command_buffer *buffer = &sample->row->buffers[i];
        const uint64_t paddr = sample_address(sample, i);
        if (buffer->direction == COMMAND_IN) {
            static uint8_t plain[0x4000];
            const size_t pages = (sample_length(sample, i) + 0xFFFu) & ~0xFFFu;
            memcpy(plain, board_dram(paddr), pages);
            oracle_write_memory(SEV_ASID_HOST, paddr, plain, pages);
            sample_set_address(sample, i, paddr | BOARD_C_BIT);
        }
    }
    hosted_dram_trace_start();
    assert_int_equal(sample_run(sample), sample->expected);
    count = hosted_dram_trace(&trace);
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const uint64_t start = sample_address(sample, i) & ~BOARD_C_BIT;
        size_t bytes = 0;
        if (sample->row->buffers[i].direction != COMMAND_IN) {
            continue;
        }
        for (size_t a = 0; a < count; a++) {
            bytes += trace[a].offset >= start && trace[a].offset < start + 0x100000
                         ? trace[a].length
                         : 0;
        }
        assert_int_equal(bytes, (sample_length(sample, i) + 15u) & ~15u);
    }
}

static void encrypted_inputs_are_read_once(void **state)
{
    (void)state;
    sample_for_each(check_rereads_of_inputs);
}

/** What the firmware has read so far; the host overwrites it when it reads on. */
static struct {
    uint64_t offset;
    size_t length;
} seen[0x1000];
static size_t seen_count;

static void overwrite_what_was_read(void *context, const struct hosted_step *step)
{
    (void)context;
    if (step->memory != HOSTED_DRAM || step->kind != HOSTED_READ) {
        return;
    }
    for (size_t i = 0; i < seen_count; i++) {
        for (size_t b = 0; b < seen[i].length; b++) {
            hosted_dram()[seen[i].offset + b] ^= 0xFF;
        }
    }
    seen_count = 0;
    seen[seen_count].offset = step->offset;
    seen[seen_count].length = step->length;
    seen_count++;
}

/** Runs the sample. @return its status; all OUT buffers are copied to @p outputs */
static enum sev_status run_and_collect(struct sample *sample, uint8_t outputs[0x10000])
{
    const struct sample before = *sample;
    const enum sev_status status = sample_run(sample);
    size_t used = 0;

    memset(outputs, 0, 0x10000);
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        if (before.row->buffers[i].direction == COMMAND_OUT) {
            memcpy(outputs + used, board_dram(sample_address(&before, i)),
                   sample_length(&before, i));
            used += sample_length(&before, i);
        }
    }
    return status;
}

static void check_racing_host(struct sample *sample)
{
    static uint8_t quiet[0x10000];
    static uint8_t raced[0x10000];
    struct sample again;

    hosted_entropy_seeded(7);
    assert_int_equal(run_and_collect(sample, quiet), sample->expected);
    sample_prepare(&again, sample->row); /* Owner and PEK import have new keys: only the shape. */
    hosted_entropy_seeded(7);
    seen_count = 0;
    hosted_set_access_hook(overwrite_what_was_read, NULL);
    assert_int_equal(run_and_collect(&again, raced), again.expected);
    hosted_set_access_hook(NULL, NULL);
    if (sample->row->guest_states == 0) {
        assert_memory_equal(quiet, raced, sizeof(quiet));
    }
}

static void host_that_changes_what_was_read_changes_nothing(void **state)
{
    (void)state;
    sample_for_each(check_racing_host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_byte_is_read_twice),
        cmocka_unit_test(encrypted_inputs_are_read_once),
        cmocka_unit_test(host_that_changes_what_was_read_changes_nothing),
    };

    return cmocka_run_group_tests_name("T04 double fetch", tests, NULL, NULL);
}
