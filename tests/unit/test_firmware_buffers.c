/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The buffers of every command: where they may lie, and that what is written overlaps nothing else
 * the command names (section 1.4, appendix B).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"

#include "tests/unit/firmware_rows.h"

#include "tests/unit/firmware_sample.h"

static const struct command_row *row;
static struct sample sample;

/** Hands each buffer of each command that has any to @p check, with one sample per command. */
static void for_each_buffer(void (*check)(uint32_t buffer))
{
    for (size_t index = 0; (row = sev_row_at(index)) != NULL; index++) {
        if (row->buffers[0].direction == COMMAND_UNUSED) {
            continue;
        }
        sample_prepare(&sample, row);
        for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
            if (sample_has(&sample, i)) {
                check(i);
            }
        }
        assert_int_equal(sample_run(&sample), sample.expected); /* It was good but for that. */
    }
}

/** Has the command refused with the buffer at @p paddr, and puts it back. */
static void assert_refused(uint32_t buffer, uint64_t paddr)
{
    const uint64_t good = sample_address(&sample, buffer);
    enum sev_status status;

    sample_set_address(&sample, buffer, paddr);
    status = sample_run(&sample);
    if (status != SEV_STATUS_INVALID_ADDRESS) {
        print_message("%s, %s at %llx: status %xh\n", row->name, row->buffers[buffer].name,
                      (unsigned long long)paddr, (unsigned int)status);
        fail();
    }
    sample_set_address(&sample, buffer, good);
}

static void check_addresses(uint32_t i)
{
    const uint32_t length = sample_length(&sample, i);

    assert_refused(i, UINT64_MAX);
    assert_refused(i, UINT64_MAX & ~0x1FFFFFull);
    assert_refused(i, 0ull - length);
    assert_refused(i, 0ull - 16);
    assert_refused(i, HOSTED_DRAM_BYTES_DEFAULT);
    assert_refused(i, HOSTED_DRAM_BYTES_DEFAULT - length + 1);
    assert_refused(i, 1ull << 32);
    assert_refused(i, BOARD_C_BIT | (1ull << 32));
    assert_refused(i, BOARD_C_BIT << 1);
}

static void addresses_that_are_no_memory_are_refused(void **state)
{
    (void)state;
    for_each_buffer(check_addresses);
}

static void last_bytes_of_memory_are_accepted(void **state)
{
    (void)state;
    for (size_t index = 0; (row = sev_row_at(index)) != NULL; index++) {
        for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
            sample_prepare(&sample, row);
            if (!sample_has(&sample, i) || command_is_guests(row->buffers[i].direction)) {
                continue; /* Guest memory means something else at another place. */
            }
            const uint32_t length = (sample_length(&sample, i) + 0xFFFu) & ~0xFFFu;
            const uint64_t to = HOSTED_DRAM_BYTES_DEFAULT - length;
            memcpy(board_dram(to), board_dram(sample_address(&sample, i)), length);
            sample_set_address(&sample, i, to);
            assert_int_equal(sample_run(&sample), sample.expected);
        }
    }
}

static void check_alignment(uint32_t i)
{
    uint32_t alignment = row->buffers[i].alignment;

    if (alignment == COMMAND_ALIGNED_TO_LENGTH) {
        alignment = 0x1000;
    }
    for (uint32_t off = 1; off < alignment; off *= 2) {
        assert_refused(i, sample_address(&sample, i) + off);
        assert_refused(i, (sample_address(&sample, i) + off) | BOARD_C_BIT);
    }
}

static void misaligned_buffers_are_refused(void **state)
{
    (void)state;
    for_each_buffer(check_alignment);
}

static void check_held_pages(uint32_t i)
{
    if ((row->platform_states & COMMAND_STATE(SEV_PLATFORM_INIT)) == 0) {
        return;
    }
    assert_refused(i, BOARD_TMR);
    assert_refused(i, BOARD_TMR | BOARD_C_BIT);
    assert_refused(i, BOARD_TMR + SEV_TMR_BYTES - 0x1000);
    if (row->buffers[i].alignment == 1) {
        assert_refused(i, BOARD_TMR - 1);
        assert_refused(i, BOARD_TMR + SEV_TMR_BYTES - 1);
    }
}

static void pages_that_the_firmware_holds_are_refused(void **state)
{
    (void)state;
    for_each_buffer(check_held_pages);
}

static void check_overlap(uint32_t i)
{
    if (row->buffers[i].direction == COMMAND_IN) {
        return;
    }
    assert_refused(i, BOARD_PARAMETERS);
    assert_refused(i, BOARD_PARAMETERS | BOARD_C_BIT);
    for (uint32_t other = 0; other < COMMAND_BUFFERS_MAX; other++) {
        if (other != i && sample_has(&sample, other)) {
            assert_refused(i, sample_address(&sample, other));
            assert_refused(i, sample_address(&sample, other) ^ BOARD_C_BIT);
        }
    }
}

static void written_buffer_overlaps_neither_parameters_nor_another(void **state)
{
    (void)state;
    for_each_buffer(check_overlap);
}

static void input_buffers_may_be_the_same(void **state)
{
    static struct sample import;

    (void)state;
    row = command_table_find(SEV_COMMAND_PEK_CERT_IMPORT);
    sample_prepare(&import, row);
    sample_set_address(&import, 1, sample_address(&import, 0));
    /* Both are the PEK: legal memory, but no OCA certificate. */
    assert_int_equal(sample_run(&import), SEV_STATUS_INVALID_CERTIFICATE);
}

static void data_is_as_long_as_the_guest_memory(void **state)
{
    uint32_t buffers = 0;

    (void)state;
    for (size_t index = 0; (row = sev_row_at(index)) != NULL; index++) {
        for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
            const uint32_t offset = row->buffers[i].length_offset;
            uint32_t length;

            if (row->buffers[i].rule != COMMAND_LENGTH_SAME_AS_GUEST) {
                continue;
            }
            sample_prepare(&sample, row);
            memcpy(&length, sample.parameters + offset, sizeof(length));
            for (uint32_t bad = length - 16; bad <= length + 16; bad += 32) {
                memcpy(sample.parameters + offset, &bad, sizeof(bad));
                assert_int_equal(sample_run(&sample), SEV_STATUS_INVALID_LENGTH);
            }
            memcpy(sample.parameters + offset, &length, sizeof(length));
            assert_int_equal(sample_run(&sample), sample.expected);
            buffers++;
        }
    }
    assert_int_equal(buffers, 3); /* Secret, and what is received: data, VMSA. */
}

static void buffer_that_is_not_there_is_not_looked_at(void **state)
{
    struct sev_init *parameters = (struct sev_init *)(void *)sample.parameters;

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_INIT));
    *parameters = (struct sev_init){.tmr_paddr = UINT64_MAX, .tmr_length = 1};
    assert_int_equal(sample_run(&sample), SEV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_are_no_memory_are_refused),
        cmocka_unit_test(last_bytes_of_memory_are_accepted),
        cmocka_unit_test(misaligned_buffers_are_refused),
        cmocka_unit_test(pages_that_the_firmware_holds_are_refused),
        cmocka_unit_test(written_buffer_overlaps_neither_parameters_nor_another),
        cmocka_unit_test(input_buffers_may_be_the_same),
        cmocka_unit_test(buffer_that_is_not_there_is_not_looked_at),
        cmocka_unit_test(data_is_as_long_as_the_guest_memory),
    };

    return cmocka_run_group_tests_name("buffers", tests, NULL, NULL);
}
