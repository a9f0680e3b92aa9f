/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T01, T04, T08, T11: SEV-SNP's commands write only what their rows name as an output, the table and
 * contexts, and never a page of the hypervisor's; they read each byte once, so that a host which
 * changes it meanwhile changes nothing; one that fails writes nothing; and what is written does not
 * depend on what was there before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_snp_sample.h"

#define USED_BYTES SNP_REGION(2) /* What samples use is below. */

static bool is_table(uint64_t offset)
{
    return offset >= SNP_RMP_BASE && offset <= SNP_RMP_END;
}

/** Whether the firmware keeps contexts there: the sample's guest, and one that is made. */
static bool is_context(const struct snp_sample *sample, uint64_t offset)
{
    const uint64_t page = offset & ~0xFFFull;
    uint64_t made;

    memcpy(&made, sample->parameters, sizeof made);
    return page == SNP_SAMPLE_GUEST || page == SNP_SAMPLE_OTHER ||
           (sample->row->id == SNP_COMMAND_GCTX_CREATE && page == made);
}

static bool is_output(const struct snp_sample *sample, uint64_t at, uint32_t length)
{
    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const uint64_t start = snp_sample_address(sample, i);

        if (snp_sample_has(sample, i) &&
            (command_access(sample->row->buffers[i].direction) & HOSTMEM_WRITE) != 0 &&
            at >= start && at + length <= start + snp_sample_length(sample, i)) {
            return true;
        }
    }
    return false;
}

static void check_writes(struct snp_sample *sample)
{
    const bool is_asked = sample->row->id != SNP_COMMAND_INIT_EX;
    const struct hosted_access *trace;
    size_t count;

    static bool hosts[USED_BYTES / SNP_PAGE_BYTES];

    for (uint64_t page = 0; is_asked && page < USED_BYTES; page += SNP_PAGE_BYTES) {
        hosts[page / SNP_PAGE_BYTES] = snp_state(page) == RMP_HYPERVISOR;
    }
    hosted_dram_trace_start();
    assert_int_equal(snp_sample_run(sample), sample->expected);
    count = hosted_dram_trace(&trace);
    for (size_t i = 0; i < count; i++) {
        const uint64_t at = trace[i].offset;

        if (trace[i].write && !is_table(at) &&
            ((is_asked && hosts[at / SNP_PAGE_BYTES]) ||
             (!is_output(sample, at, trace[i].length) && !is_context(sample, at)))) {
            fail_msg("%s writes %u bytes at %llx", sample->row->name, trace[i].length,
                     (unsigned long long)at);
        }
    }
}

static void only_outputs_are_written(void **state)
{
    (void)state;
    snp_sample_for_each(check_writes);
}

/** An address that is wrong, in place of one that is right. */
static void check_failure(struct snp_sample *sample)
{
    const struct hosted_access *trace;

    for (uint32_t b = 0; b < COMMAND_BUFFERS_MAX; b++) {
        struct snp_sample bad = *sample;
        size_t count;

        if (!snp_sample_has(sample, b)) {
            continue;
        }
        snp_sample_set_address(&bad, b, HOSTED_DRAM_BYTES_DEFAULT);
        memcpy(board_dram(BOARD_PARAMETERS), bad.parameters, bad.row->size);
        hosted_dram_trace_start();
        assert_int_equal(snp_sample_run(&bad), SEV_STATUS_INVALID_ADDRESS);
        count = hosted_dram_trace(&trace);
        for (size_t i = 0; i < count; i++) {
            assert_false(trace[i].write);
        }
    }
    assert_int_equal(snp_sample_run(sample), sample->expected); /* Nothing had changed. */
}

static void failing_commands_write_nothing(void **state)
{
    (void)state;
    snp_sample_for_each(check_failure);
}

static uint8_t reads[USED_BYTES];
static uint64_t last;
static size_t last_length;

/** Counts, and turns around what has been read: the firmware must have no use for it any more. */
static void count_and_change(void *context, const struct hosted_step *step)
{
    (void)context;
    if (step->memory != HOSTED_DRAM || is_table(step->offset)) {
        return;
    }
    for (size_t i = 0; i < last_length; i++) {
        hosted_dram()[last + i] ^= 0xFF;
    }
    last_length = 0;
    if (step->kind == HOSTED_READ) {
        last = step->offset;
        last_length = step->length;
        assert_true(step->offset + step->length <= USED_BYTES);
        for (size_t i = 0; i < step->length; i++) {
            reads[step->offset + i]++;
        }
    }
}

static void check_reads(struct snp_sample *sample)
{
    memset(reads, 0, sizeof reads);
    last_length = 0;
    hosted_set_access_hook(count_and_change, NULL);
    assert_int_equal(snp_sample_run(sample), sample->expected);
    hosted_set_access_hook(NULL, NULL);
    for (size_t i = 0; i < sizeof reads; i++) {
        if (reads[i] > 1) {
            fail_msg("%s reads %zx %u times", sample->row->name, i, reads[i]);
        }
    }
}

static void each_byte_is_read_once(void **state)
{
    (void)state;
    snp_sample_for_each(check_reads);
}

static uint8_t first[COMMAND_BUFFERS_MAX][SNP_PAGE_BYTES];

/** Runs the command with something in the pages of results. */
static void run_over(const struct snp_sample *sample, uint8_t before)
{
    for (uint32_t b = 0; b < COMMAND_BUFFERS_MAX; b++) {
        if (snp_sample_has(sample, b) && sample->row->buffers[b].direction == COMMAND_OUT) {
            memset(board_dram(snp_sample_address(sample, b)), before, snp_sample_length(sample, b));
        }
    }
    assert_int_equal(snp_sample_run(sample), sample->expected);
}

static void check_outputs(struct snp_sample *sample)
{
    const struct command_row *row = sample->row;

    run_over(sample, 0x5A);
    for (uint32_t b = 0; b < COMMAND_BUFFERS_MAX; b++) {
        if (snp_sample_has(sample, b) && row->buffers[b].direction == COMMAND_OUT) {
            memcpy(first[b], board_dram(snp_sample_address(sample, b)),
                   snp_sample_length(sample, b));
        }
    }
    snp_sample_prepare(sample, row);
    run_over(sample, 0xA5);
    for (uint32_t b = 0; b < COMMAND_BUFFERS_MAX; b++) {
        const bool is_out = snp_sample_has(sample, b) && row->buffers[b].direction == COMMAND_OUT;
        const uint8_t *second = is_out ? board_dram(snp_sample_address(sample, b)) : first[b];

        for (uint32_t i = 0; is_out && i < snp_sample_length(sample, b); i++) {
            assert_false(first[b][i] == 0x5A && second[i] == 0xA5);
        }
    }
}

static void results_are_written_wholly(void **state)
{
    (void)state;
    snp_sample_for_each(check_outputs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(only_outputs_are_written, board_unhook),
        cmocka_unit_test_teardown(failing_commands_write_nothing, board_unhook),
        cmocka_unit_test_teardown(each_byte_is_read_once, board_unhook),
        cmocka_unit_test_teardown(results_are_written_wholly, board_unhook),
    };

    return cmocka_run_group_tests_name("T01, T04, T08, T11 SNP", tests, NULL, NULL);
}
