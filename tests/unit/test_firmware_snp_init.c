/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_INIT_EX and SNP_SHUTDOWN_EX (SNP 2.1, 2.2): the list of HV-fixed pages, tables that stay, what is
 * refused, and what x86 software can do meanwhile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/snp.h"

#include "tests/unit/firmware_flow.h"
#include "tests/unit/firmware_snp_pages.h"

#define LIST SNP_PAGE(0)
#define PAGE SNP_PAGE(1)
#define OTHER_BASE (SNP_RMP_BASE + 0x200000ull) /**< Of another table. */

static enum sev_status init_with(struct snp_init_ex parameters, const struct snp_range *ranges,
                                 uint32_t count)
{
    const struct snp_range_list list = {.num_elements = count};

    memcpy(board_dram(LIST), &list, sizeof list);
    memcpy(board_dram(LIST) + sizeof list, ranges, count * sizeof *ranges);
    parameters.flags |= SNP_INIT_LIST_PADDR_EN;
    parameters.list_paddr = LIST;
    return board_command(SNP_COMMAND_INIT_EX, &parameters, sizeof parameters);
}

static enum sev_status init_list(uint32_t flags, const struct snp_range *ranges, uint32_t count)
{
    return init_with((struct snp_init_ex){.flags = flags}, ranges, count);
}

static enum sev_status init_range(uint32_t flags, uint64_t base, uint32_t pages)
{
    return init_list(flags, &(const struct snp_range){.base = base, .page_count = pages}, 1);
}

/** Nothing came of an INIT. */
static void assert_uninit(void)
{
    assert_int_equal(platform_snp_state(), SNP_PLATFORM_UNINIT);
    assert_int_equal(board_memctl()->rmp.flags, 0);
}

static void shut_down(uint32_t flags)
{
    struct snp_shutdown_ex parameters = {.length = sizeof parameters, .flags = flags};

    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(board_command(SNP_COMMAND_SHUTDOWN_EX, &parameters, sizeof parameters),
                     SEV_STATUS_SUCCESS);
}

static void listed_pages_are_hv_fixed(void **state)
{
    const struct snp_range ranges[] = {{.base = 0, .page_count = 16},
                                       {.base = PAGE, .page_count = 2},
                                       {.base = PAGE, .page_count = 1},
                                       {.base = 0xFD00000000ull, .page_count = 0x1000},
                                       {.base = 0xFBFF000, .page_count = 100}};

    (void)state;
    assert_int_equal(init_list(SNP_INIT_RMP, ranges, 5), SEV_STATUS_SUCCESS);
    for (uint64_t paddr = 0; paddr < 0x10000; paddr += 0x1000) {
        assert_int_equal(snp_state(paddr), RMP_HV_FIXED);
    }
    assert_int_equal(snp_state(0x10000), RMP_HYPERVISOR);
    assert_int_equal(snp_state(PAGE), RMP_HV_FIXED);
    assert_int_equal(snp_state(PAGE + 0x1000), RMP_HV_FIXED);
    assert_int_equal(snp_state(0xFBFF000), RMP_HV_FIXED); /* The last that is covered. */
}

static void wrong_lists_are_refused(void **state)
{
    struct snp_init_ex parameters = {.flags = SNP_INIT_RMP | SNP_INIT_LIST_PADDR_EN,
                                     .list_paddr = LIST + 8};

    (void)state;
    assert_int_equal(init_range(SNP_INIT_RMP, PAGE + 8, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(init_range(SNP_INIT_RMP, ~0xFFFull, 2), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(init_range(SNP_INIT_RMP, PAGE | BOARD_C_BIT, 1), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(init_range(SNP_INIT_RMP, SNP_RMP_BASE - 0x1000, 2),
                     SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(init_range(SNP_INIT_RMP, SNP_RMP_END + 1 - 0x1000, 1),
                     SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(init_list(SNP_INIT_RMP,
                               (const struct snp_range[]){{.base = 0, .page_count = 0x1000},
                                                          {.base = 0, .page_count = UINT32_MAX}},
                               2),
                     SEV_STATUS_INVALID_PARAM);
    assert_int_equal(
        init_list(SNP_INIT_RMP,
                  &(const struct snp_range){.base = PAGE, .page_count = 1, .reserved = 1}, 1),
        SEV_STATUS_INVALID_PARAM);
    *(uint32_t *)(void *)board_dram(LIST) = SNP_RANGES_MAX + 1;
    parameters.list_paddr = LIST;
    assert_int_equal(board_command(SNP_COMMAND_INIT_EX, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_PARAM);
    parameters.list_paddr = LIST + 8;
    assert_int_equal(board_command(SNP_COMMAND_INIT_EX, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_ADDRESS);
    parameters.list_paddr = hosted_dram_bytes();
    assert_int_equal(board_command(SNP_COMMAND_INIT_EX, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_uninit();
}

static void reserved_and_unknown_options_are_refused(void **state)
{
    struct snp_init_ex parameters = {.flags = SNP_INIT_RMP};

    (void)state;
    assert_int_equal(snp_init_ex(SNP_INIT_RMP | SNP_INIT_TIO_EN), SEV_STATUS_UNSUPPORTED);
    for (uint32_t bit = 5; bit < 32; bit++) {
        assert_int_equal(snp_init_ex(SNP_INIT_RMP | 1u << bit), SEV_STATUS_INVALID_PARAM);
    }
    parameters.reserved_04 = 1;
    assert_int_equal(board_command(SNP_COMMAND_INIT_EX, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_PARAM);
    parameters.reserved_04 = 0;
    for (size_t i = 0; i < sizeof parameters.reserved_12; i++) {
        parameters.reserved_12[i] = 0x80;
        assert_int_equal(board_command(SNP_COMMAND_INIT_EX, &parameters, sizeof parameters),
                         SEV_STATUS_INVALID_PARAM);
        parameters.reserved_12[i] = 0;
    }
    assert_uninit();
}

/** ASIDs of SEV-ES are below MIN_SEV_ASID, 100 by default: some must be left for SEV-ES. */
static void hiding_has_bounds(void **state)
{
    struct snp_init_ex parameters = {.flags = SNP_INIT_RMP | SNP_INIT_CIPHERTEXT_HIDING_EN};
    const uint16_t wrong[] = {0, BOARD_ASID, BOARD_ASID + 1, 0xFFFF};

    (void)state;
    assert_int_equal(snp_machine()->min_sev_asid, BOARD_ASID);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        parameters.max_snp_asid = wrong[i];
        assert_int_equal(board_command(SNP_COMMAND_INIT_EX, &parameters, sizeof parameters),
                         SEV_STATUS_INVALID_PARAM);
    }
    assert_uninit();
    parameters.max_snp_asid = BOARD_ASID - 1;
    assert_int_equal(board_command(SNP_COMMAND_INIT_EX, &parameters, sizeof parameters),
                     SEV_STATUS_SUCCESS);
}

static void a_table_stays_if_it_is_the_same(void **state)
{
    (void)state;
    assert_int_equal(snp_init_ex(0), SEV_STATUS_RMP_INIT_REQUIRED);
    assert_uninit();
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    snp_give(PAGE);
    shut_down(0);
    for (uint32_t i = 0; i < 4; i++) {
        snp_core(i)->rmp_base = OTHER_BASE;
        snp_core(i)->rmp_end = OTHER_BASE + 0xFFFFF;
    }
    /* Before the pages of a list are looked at, which another table would say. */
    assert_int_equal(init_range(0, SNP_RMP_BASE, 1), SEV_STATUS_RMP_INIT_REQUIRED);
    (void)snp_machine();
    assert_int_equal(snp_init_ex(0), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_state(PAGE), RMP_FIRMWARE);
    shut_down(SNP_SHUTDOWN_X86);
    assert_uninit();
    assert_int_equal(snp_init_ex(0), SEV_STATUS_RMP_INIT_REQUIRED);
}

static void a_list_for_a_table_that_stays_is_all_or_nothing(void **state)
{
    const struct rmp_page large = {.state = RMP_FIRMWARE, .size = RMP_2M_PAGE};
    const struct snp_range ranges[] = {{.base = PAGE, .page_count = 2},
                                       {.base = SNP_REGION(0), .page_count = 512}};

    (void)state;
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    snp_give(PAGE);
    shut_down(0);
    for (enum rmp_state i = RMP_RECLAIM; i <= RMP_GUEST_VALID; i++) {
        snp_set(SNP_REGION(0),
                &(const struct rmp_page){
                    .state = i, .size = RMP_4K, .asid = i >= RMP_PRE_GUEST ? 1 : 0, .gpa = 0x1000});
        assert_int_equal(init_list(0, ranges, 2), SEV_STATUS_INVALID_PAGE_STATE);
        assert_int_equal(snp_state(PAGE), RMP_FIRMWARE);
    }
    snp_set(SNP_REGION(0), &large);
    assert_int_equal(init_list(0, ranges, 2), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(snp_state(PAGE), RMP_FIRMWARE);
    assert_int_equal(board_memctl()->rmp.flags, FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED);
    snp_take(SNP_REGION(0));
    assert_int_equal(init_list(0, ranges, 2), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_state(PAGE), RMP_HV_FIXED);
    assert_int_equal(snp_state(PAGE + 0x1000), RMP_HV_FIXED);
    assert_int_equal(snp_state(SNP_REGION(0) + 0x1FF000), RMP_HV_FIXED);
}

static enum sev_status init_sev(uint64_t tmr, uint32_t length)
{
    struct sev_init parameters = {
        .options = SEV_INIT_OPTION_ES, .tmr_paddr = tmr, .tmr_length = length};

    return board_command(SEV_COMMAND_INIT, &parameters, sizeof parameters);
}

static void a_tmr_is_whole_regions(void **state)
{
    (void)state;
    assert_int_equal(init_sev(BOARD_TMR - 0x100000, 0x200000), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_INVALID_ADDRESS);
    assert_uninit();
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(init_sev(BOARD_TMR, 0x100000), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_INVALID_ADDRESS);
    assert_uninit();
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(init_sev(BOARD_TMR, 0x200000), SEV_STATUS_SUCCESS);
    assert_int_equal(init_range(SNP_INIT_RMP, BOARD_TMR + 0x1000, 1),
                     SEV_STATUS_INVALID_PAGE_STATE);
    assert_uninit();
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_state(BOARD_TMR), RMP_FIRMWARE);
    assert_int_equal(snp_state(BOARD_TMR + 0x1FFFFF), RMP_FIRMWARE);
    assert_int_equal(snp_state(BOARD_TMR + 0x200000), RMP_HYPERVISOR);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, BOARD_TMR), SEV_STATUS_INVALID_PAGE_STATE);
}

static void sev_guests_end_first(void **state)
{
    uint32_t handle;

    (void)state;
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    handle = flow_start(NULL, 0);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_INVALID_CONFIG);
    assert_uninit();
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(listed_pages_are_hv_fixed, snp_boot),
        cmocka_unit_test_setup(wrong_lists_are_refused, snp_boot),
        cmocka_unit_test_setup(reserved_and_unknown_options_are_refused, snp_boot),
        cmocka_unit_test_setup(hiding_has_bounds, snp_boot),
        cmocka_unit_test_setup(a_table_stays_if_it_is_the_same, snp_boot),
        cmocka_unit_test_setup(a_list_for_a_table_that_stays_is_all_or_nothing, snp_boot),
        cmocka_unit_test_setup(a_tmr_is_whole_regions, snp_boot),
        cmocka_unit_test_setup(sev_guests_end_first, snp_boot),
    };

    return cmocka_run_group_tests_name("SNP_INIT_EX", tests, NULL, NULL);
}
