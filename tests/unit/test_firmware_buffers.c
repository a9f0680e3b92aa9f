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

#include "tests/unit/firmware_sample.h"

static const struct command_row *row;
static struct sample sample;

/* Each buffer of each row. */
#define FOR_EACH_BUFFER(i)                                                                         \
    for (size_t index_ = 0; (row = command_table_at(index_)) != NULL; index_++)                    \
        for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++)                                         \
            if (row->buffers[i].direction != COMMAND_UNUSED)

/** Refuses the command with the buffer at @p paddr, and then executes it where it was. */
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

static void addresses_that_are_no_memory_are_refused(void **state)
{
    (void)state;
    FOR_EACH_BUFFER(i)
    {
        sample_prepare(&sample, row);
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
        assert_int_equal(sample_run(&sample), sample.expected);
    }
}

static void last_bytes_of_memory_are_accepted(void **state)
{
    (void)state;
    FOR_EACH_BUFFER(i)
    {
        sample_prepare(&sample, row);
        const uint32_t length = (sample_length(&sample, i) + 0xFFFu) & ~0xFFFu;
        const uint64_t from = sample_address(&sample, i);
        const uint64_t to = HOSTED_DRAM_BYTES_DEFAULT - length;
        if (row->buffers[i].direction == COMMAND_GUEST) {
            continue; /* Guest memory would change its meaning. */
        }
        memcpy(board_dram(to), board_dram(from), length);
        sample_set_address(&sample, i, to);
        assert_int_equal(sample_run(&sample), sample.expected);
    }
}

static void misaligned_buffers_are_refused(void **state)
{
    (void)state;
    FOR_EACH_BUFFER(i)
    {
        uint32_t alignment = row->buffers[i].alignment;

        if (alignment == COMMAND_ALIGNED_TO_LENGTH) {
            alignment = 0x1000;
        }
        sample_prepare(&sample, row);
        for (uint32_t off = 1; off < alignment; off *= 2) {
            assert_refused(i, sample_address(&sample, i) + off);
            assert_refused(i, (sample_address(&sample, i) + off) | BOARD_C_BIT);
        }
        assert_int_equal(sample_run(&sample), sample.expected);
    }
}

static void pages_that_the_firmware_holds_are_refused(void **state)
{
    (void)state;
    FOR_EACH_BUFFER(i)
    {
        sample_prepare(&sample, row);
        if ((row->platform_states & COMMAND_STATE(SEV_PLATFORM_INIT)) == 0) {
            continue;
        }
        assert_refused(i, BOARD_TMR);
        assert_refused(i, BOARD_TMR | BOARD_C_BIT);
        assert_refused(i, BOARD_TMR + SEV_TMR_BYTES - 0x1000);
        if (row->buffers[i].alignment == 1) {
            assert_refused(i, BOARD_TMR - 1);
            assert_refused(i, BOARD_TMR + SEV_TMR_BYTES - 1);
        }
        assert_int_equal(sample_run(&sample), sample.expected);
    }
}

static void written_buffer_overlaps_neither_parameters_nor_another(void **state)
{
    (void)state;
    FOR_EACH_BUFFER(i)
    {
        if (row->buffers[i].direction == COMMAND_IN) {
            continue;
        }
        sample_prepare(&sample, row);
        assert_refused(i, BOARD_PARAMETERS);
        assert_refused(i, BOARD_PARAMETERS | BOARD_C_BIT);
        for (uint32_t other = 0; other < COMMAND_BUFFERS_MAX; other++) {
            if (other != i && row->buffers[other].direction != COMMAND_UNUSED) {
                assert_refused(i, sample_address(&sample, other));
                assert_refused(i, sample_address(&sample, other) ^ BOARD_C_BIT);
            }
        }
        assert_int_equal(sample_run(&sample), sample.expected);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_are_no_memory_are_refused),
        cmocka_unit_test(last_bytes_of_memory_are_accepted),
        cmocka_unit_test(misaligned_buffers_are_refused),
        cmocka_unit_test(pages_that_the_firmware_holds_are_refused),
        cmocka_unit_test(written_buffer_overlaps_neither_parameters_nor_another),
        cmocka_unit_test(input_buffers_may_be_the_same),
    };

    return cmocka_run_group_tests_name("buffers", tests, NULL, NULL);
}
