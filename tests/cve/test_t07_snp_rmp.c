/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T07, T27, T30: the reverse map table is protected before its first byte is changed, obeyed when it is
 * whole, and given back only by X86_SNP_SHUTDOWN (CVE-2025-0033). x86 software that writes into the
 * table's place whenever nothing stops it leaves nothing there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/rmp.h"

#include "tests/unit/firmware_snp_pages.h"

#define FORGED SNP_PAGE(3)
#define TABLE_BYTES (SNP_RMP_END + 1u - SNP_RMP_BASE)

static uint32_t forgeries;
static uint32_t enforced;
static uint8_t whole[TABLE_BYTES]; /**< The table when cores began to obey it. */

static uint32_t flags(void)
{
    return board_memctl()->rmp.flags;
}

/** An entry that would make a page of the host's a guest's context, and a counter. */
static void forge(void)
{
    snp_set(FORGED, &(const struct rmp_page){.state = RMP_CONTEXT, .size = RMP_4K, .vmsa = true});
    memset(board_dram(SNP_RMP_BASE), 0x77, 16);
}

static bool is_table(const struct hosted_step *step)
{
    return step->memory == HOSTED_DRAM && step->offset >= SNP_RMP_BASE &&
           step->offset <= SNP_RMP_END;
}

/** x86 software, at every access of the firmware. */
static void write_unless_protected(void *context, const struct hosted_step *step)
{
    (void)context;
    if ((flags() & FABRIC_RMP_PROTECTED) == 0) {
        forge();
        forgeries++;
        assert_false(is_table(step) && step->kind != HOSTED_READ);
    }
    if ((flags() & FABRIC_RMP_ENFORCED) != 0 && enforced++ == 0) {
        memcpy(whole, board_dram(SNP_RMP_BASE), sizeof whole);
    }
}

static void assert_only_table_is_assigned(void)
{
    for (uint64_t page = 0; page < hosted_dram_bytes(); page += RMP_PAGE_BYTES) {
        const bool is_own = page >= SNP_RMP_BASE && page <= SNP_RMP_END;

        assert_int_equal(snp_state(page), is_own ? RMP_FIRMWARE : RMP_HYPERVISOR);
    }
}

static void what_is_written_during_init_is_gone(void **state)
{
    (void)state;
    forge();
    hosted_set_access_hook(write_unless_protected, NULL);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_int_not_equal(forgeries, 0);
    assert_int_equal(flags(), FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED);
    assert_only_table_is_assigned();
    assert_int_not_equal(enforced, 0);
    assert_memory_equal(whole, board_dram(SNP_RMP_BASE), sizeof whole);
}

static enum sev_status init_with_list(uint64_t base, uint32_t page_count)
{
    /* The same range twice: what is HV-fixed already stays that. */
    const struct snp_range_list list = {.num_elements = 2};
    const struct snp_range range = {.base = base, .page_count = page_count};
    struct snp_init_ex init = {.flags = SNP_INIT_RMP | SNP_INIT_LIST_PADDR_EN,
                               .list_paddr = SNP_PAGE(0)};

    memcpy(board_dram(SNP_PAGE(0)), &list, sizeof list);
    memcpy(board_dram(SNP_PAGE(0)) + sizeof list, &range, sizeof range);
    memcpy(board_dram(SNP_PAGE(0)) + sizeof list + sizeof range, &range, sizeof range);
    return board_command(SNP_COMMAND_INIT_EX, &init, sizeof init);
}

/** The first page of a region says how many others are assigned: here, half of a table. */
static void fixed_pages_leave_the_count_of_their_region(void **state)
{
    const uint64_t base = SNP_RMP_BASE + 0x100000u;
    const uint32_t cores = snp_machine()->cores;
    const struct rmp_entry *entry;

    (void)state;
    for (uint32_t i = 0; i < cores; i++) {
        snp_core(i)->rmp_base = base;
        snp_core(i)->rmp_end = base + 0xFFFFFu;
    }
    assert_int_equal(init_with_list(SNP_RMP_BASE, 2), SEV_STATUS_SUCCESS);
    entry = (const struct rmp_entry *)(const void *)board_dram(base + RMP_BOOKKEEPING_BYTES) +
            SNP_RMP_BASE / RMP_PAGE_BYTES;
    assert_int_equal(entry[0].low, RMP_IMMUTABLE | 256u << RMP_SUBPAGES_SHIFT);
    assert_int_equal(entry[1].low, RMP_IMMUTABLE);
    assert_int_equal(entry[2].low, 0);
}

/** Pages that are to be HV-fixed are that when cores begin to obey the table. */
static void table_is_whole_when_it_is_obeyed(void **state)
{
    (void)state;
    hosted_set_access_hook(write_unless_protected, NULL);
    assert_int_equal(init_with_list(FORGED, 2), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_int_not_equal(enforced, 0);
    assert_memory_equal(whole, board_dram(SNP_RMP_BASE), sizeof whole);
    assert_int_equal(snp_state(FORGED + RMP_PAGE_BYTES), RMP_HV_FIXED);
}

/** An instruction that comes too early finds the table in use, or none. */
static void instruct_early(void *context, const struct hosted_step *step)
{
    const struct rmpupdate_state firmwares = {.assigned = 1, .immutable = 1};

    (void)context;
    (void)step;
    if ((flags() & FABRIC_RMP_ENFORCED) == 0) {
        assert_int_not_equal(x86_rmpupdate(pages_rmp(), 0, FORGED, &firmwares).result, RMP_SUCCESS);
        forgeries++;
    }
}

static void instructions_wait_for_the_whole_table(void **state)
{
    (void)pages_boot(state);
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(instruct_early, NULL);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_int_not_equal(forgeries, 0);
    assert_only_table_is_assigned();
}

/** A shutdown leaves the table in force, unless the machine leaves SEV-SNP altogether. */
static void table_is_given_back_by_the_whole_shutdown_only(void **state)
{
    struct snp_shutdown_ex shutdown = {.length = sizeof shutdown};

    (void)pages_boot(state);
    pages_make_guest(SNP_PAGE(0), SNP_ASID, 0);
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(board_command(SNP_COMMAND_SHUTDOWN_EX, &shutdown, sizeof shutdown),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(flags(), FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED);
    assert_int_equal(snp_state(SNP_PAGE(0)), RMP_FIRMWARE); /* A context no more. */
    shutdown.flags = SNP_SHUTDOWN_X86;
    assert_int_equal(board_command(SNP_COMMAND_SHUTDOWN_EX, &shutdown, sizeof shutdown),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(flags(), 0);
    /* What was left there counts for nothing. */
    forge();
    assert_int_equal(snp_init_ex(0), SEV_STATUS_RMP_INIT_REQUIRED);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    assert_only_table_is_assigned();
}

static int boot(void **state)
{
    forgeries = 0;
    enforced = 0;
    return snp_boot(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, boot, board_unhook)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_during_init_is_gone),
        TEST(fixed_pages_leave_the_count_of_their_region),
        TEST(table_is_whole_when_it_is_obeyed),
        TEST(instructions_wait_for_the_whole_table),
        TEST(table_is_given_back_by_the_whole_shutdown_only),
    };

    return cmocka_run_group_tests_name("T07 SNP RMP", tests, NULL, NULL);
}
