/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T05, T06, T26: lengths, counts and addresses that overflow or lie nowhere. Every command answers,
 * with a status of its row, and touches nothing outside of DRAM (the board aborts if it does).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/dispatch.h"

#include "tests/unit/firmware_sample.h"

#define MIB 0x100000ull
#define GIB 0x40000000ull
#define HOLE (48 * MIB)

static const uint32_t numbers[] = {0, 17, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF};

/** Any status will do that the row lists. */
static void assert_answers(const struct command_row *row, enum sev_status status)
{
    if ((row->statuses & (1ull << status)) == 0) {
        print_message("%s answers %xh, which it does not list\n", row->name, (unsigned int)status);
        fail();
    }
}

static void check_numbers(struct sample *sample)
{
    /* Every u32 of the parameters in turn takes the numbers. */
    for (uint32_t at = 0; at + 4u <= sample->row->size; at += 4) {
        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
            struct sample changed = *sample;
            memcpy(changed.parameters + at, &numbers[i], 4);
            const enum sev_status status = sample_run(&changed);
            assert_answers(sample->row, status);
            if (status == SEV_STATUS_SUCCESS) { /* A reserved word, or a number that is free. */
                sample_prepare(sample, sample->row);
                break;
            }
        }
    }
}

static void every_number_is_answered(void **state)
{
    (void)state;
    sample_for_each(check_numbers);
}

/** DRAM up to 48 MiB, and from 4 GiB on. */
static void describe_hole(void)
{
    struct fabric_config *config = board_describe();

    config->range_count = 2;
    config->ranges[0].length = HOLE;
    config->ranges[1] =
        (struct fabric_range){.base = 4 * GIB, .length = 16 * MIB, .dram_offset = HOLE};
}

static void check_hole(struct sample *sample)
{
    static const uint64_t edges[] = {HOLE, 4 * GIB, 4 * GIB + 16 * MIB};

    for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
        const uint32_t alignment = sample->row->buffers[i].alignment;
        const uint32_t before = alignment == COMMAND_ALIGNED_TO_LENGTH ? 0x1000
                                : alignment < 8                        ? 8
                                                                       : alignment;
        if (sample->row->buffers[i].direction == COMMAND_UNUSED ||
            sample_length(sample, i) <= before) {
            continue;
        }
        for (size_t e = 0; e < sizeof(edges) / sizeof(edges[0]); e++) {
            struct sample changed = *sample; /* The buffer crosses the edge. */
            sample_set_address(&changed, i, edges[e] - before);
            assert_int_equal(sample_run(&changed), SEV_STATUS_INVALID_ADDRESS);
            sample_set_address(&changed, i, (edges[e] - before) | BOARD_C_BIT);
            assert_int_equal(sample_run(&changed), SEV_STATUS_INVALID_ADDRESS);
        }
    }
    assert_int_equal(sample_run(sample), sample->expected);
}

static void buffers_that_reach_into_the_hole_are_refused(void **state)
{
    (void)state;
    sample_describe = describe_hole;
    sample_for_each(check_hole);
    sample_describe = NULL;
}

/** Garbage in every parameter, for every id, in every platform state. */
static void garbage_is_answered(void **state)
{
    uint64_t random = 1;

    (void)state;
    for (int platform = 0; platform < 3; platform++) {
        (void)board_boot(NULL);
        if (platform > 0) {
            assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
        }
        for (uint32_t id = 0; id < 0x100; id++) {
            const struct command_row *row = command_table_find(id);
            if (platform == 2 && board_status().state == SEV_PLATFORM_INIT) {
                (void)flow_start(NULL, 0);
            }
            for (int round = 0; round < 4; round++) {
                for (uint32_t i = 0; i < COMMAND_PARAMETERS_MAX; i++) {
                    random = random * 6364136223846793005u + 1442695040888963407u;
                    board_dram(BOARD_PARAMETERS)[i] = (uint8_t)(random >> 56);
                }
                const enum sev_status status = dispatch_command(id, BOARD_PARAMETERS);
                if (row == NULL) {
                    assert_int_equal(status, SEV_STATUS_INVALID_COMMAND);
                } else {
                    assert_answers(row, status);
                }
            }
        }
        (void)board_status(); /* It still serves. */
    }
}

/** A region up to the last byte of DRAM; KVM passes contiguous runs of any size. */
static void large_region_is_encrypted(void **state)
{
    const uint32_t length = 8 * MIB;
    const uint64_t start = HOSTED_DRAM_BYTES_DEFAULT - length;
    uint32_t handle;

    (void)state;
    (void)board_boot_init(NULL);
    handle = flow_guest(SEV_GUEST_LUPDATE);
    assert_int_equal(flow_update(handle, start, length + 16), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(flow_update(handle, start, length), SEV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_is_answered),
        cmocka_unit_test(buffers_that_reach_into_the_hole_are_refused),
        cmocka_unit_test(garbage_is_answered),
        cmocka_unit_test(large_region_is_encrypted),
    };

    return cmocka_run_group_tests_name("T05, T06, T26 bounds", tests, NULL, NULL);
}
