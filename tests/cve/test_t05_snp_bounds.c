/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T05, T06: addresses, counts and sums that leave memory or wrap are refused by SEV-SNP's commands, and
 * change nothing: not the table, which they must never reach (CVE-2021-26409, CVE-2021-46768,
 * CVE-2021-26347).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"

#include "tests/unit/firmware_snp_sample.h"

#define TABLE_BYTES (SNP_RMP_END + 1u - SNP_RMP_BASE)
#define COVERED_END 0x0FC00000ull /* A table of 1 MiB has entries up to here. */

static uint8_t table[TABLE_BYTES];

/** Fails unless a command answers that, and leaves the table alone. */
static void assert_refused(const struct snp_sample *bad, enum sev_status status)
{
    memcpy(board_dram(BOARD_PARAMETERS), bad->parameters, bad->row->size);
    memcpy(table, board_dram(SNP_RMP_BASE), sizeof table);
    if (snp_sample_run(bad) != status) {
        fail_msg("%s", bad->row->name);
    }
    assert_memory_equal(board_dram(SNP_RMP_BASE), table, sizeof table);
}

static const uint64_t nowhere[] = {
    HOSTED_DRAM_BYTES_DEFAULT,
    HOSTED_DRAM_BYTES_DEFAULT - 8u, /* Only a part of it is. */
    COVERED_END,
    1ull << 32,
    1ull << 50,
    SNP_RMP_BASE,
    SNP_RMP_END & ~0xFFFull,
    UINT64_MAX & ~0xFFFull,
    UINT64_MAX,
};

static void check_addresses(struct snp_sample *sample)
{
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        struct snp_sample bad = *sample;

        /* Before SNP_INIT the table's place is memory as any other; a list is read from it. */
        if (sample->row->id == SNP_COMMAND_INIT_EX && nowhere[i] >> 20 == SNP_RMP_BASE >> 20) {
            continue;
        }
        for (uint32_t b = 0; b < COMMAND_BUFFERS_MAX; b++) {
            bad = *sample;
            /* Of a word, the last 8 bytes of memory are enough. */
            if (snp_sample_has(sample, b) &&
                (nowhere[i] % SNP_PAGE_BYTES == 0 || snp_sample_length(sample, b) > 8u)) {
                snp_sample_set_address(&bad, b, nowhere[i]);
                assert_refused(&bad, SEV_STATUS_INVALID_ADDRESS);
            }
        }
        if (sample->row->guest_states != 0) {
            bad = *sample;
            snp_sample_set_guest(&bad, nowhere[i]);
            assert_refused(&bad, SEV_STATUS_INVALID_ADDRESS);
        }
    }
    assert_int_equal(snp_sample_run(sample), sample->expected);
}

static void addresses_outside_memory_are_refused(void **state)
{
    (void)state;
    snp_sample_for_each(check_addresses);
}

static void put_range(uint64_t base, uint32_t page_count, uint32_t num_elements)
{
    const struct snp_range_list list = {.num_elements = num_elements};
    const struct snp_range range = {.base = base, .page_count = page_count};

    memset(board_dram(SNP_PAGE(4)), 0, SNP_PAGE_BYTES);
    memcpy(board_dram(SNP_PAGE(4)), &list, sizeof list);
    memcpy(board_dram(SNP_PAGE(4)) + sizeof list, &range, sizeof range);
}

/** Both commands with a list: when the table is new, and when it is in force. */
static void lists_do_not_leave_the_table(void **state)
{
    static const uint16_t ids[] = {SNP_COMMAND_PAGE_SET_STATE, SNP_COMMAND_INIT_EX};
    struct snp_sample sample;

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        snp_sample_prepare(&sample, command_table_find(ids[i]));
        put_range(UINT64_MAX & ~0xFFFull, 2, 1);
        assert_refused(&sample, SEV_STATUS_INVALID_ADDRESS);
        put_range(0xFFFFF00000000000ull, UINT32_MAX, 1);
        assert_refused(&sample, SEV_STATUS_INVALID_ADDRESS);
        put_range(SNP_PAGE(10), 1, SNP_RANGES_MAX + 1u);
        assert_refused(&sample, SEV_STATUS_INVALID_PARAM);
        put_range(SNP_PAGE(10), 1, UINT32_MAX);
        assert_refused(&sample, SEV_STATUS_INVALID_PARAM);
        put_range(SNP_RMP_BASE - 0x1000u, 2, 1); /* The table's own first page. */
        assert_refused(&sample, SEV_STATUS_INVALID_PAGE_STATE);
        /* The table's last entry, and pages behind it, which have none. */
        put_range(COVERED_END, UINT32_MAX, 1);
        assert_int_equal(snp_sample_run(&sample), SEV_STATUS_SUCCESS);
    }
}

/** As many ids as make the bytes of the list wrap. */
static void counts_of_ids_do_not_wrap(void **state)
{
    static const uint32_t counts[] = {0x40000001, 0x80000001, 0xC0000001, UINT32_MAX};
    struct snp_sample sample;

    (void)state;
    snp_sample_prepare(&sample, command_table_find(SNP_COMMAND_ACTIVATE_EX));
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        memcpy(sample.parameters + offsetof(struct snp_activate_ex, num_ids), &counts[i], 4);
        assert_refused(&sample, SEV_STATUS_INVALID_LENGTH);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_outside_memory_are_refused),
        cmocka_unit_test(lists_do_not_leave_the_table),
        cmocka_unit_test(counts_of_ids_do_not_wrap),
    };

    return cmocka_run_group_tests_name("T05 SNP bounds", tests, NULL, NULL);
}
