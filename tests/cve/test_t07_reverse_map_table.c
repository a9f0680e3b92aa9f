/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T07, T27: nobody but the firmware writes the reverse map table from before its first byte is changed
 * until it is out of force, and what is checked of its place is what is used (the class of
 * CVE-2025-0033). x86 software runs between any two accesses of the firmware.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_snp_pages.h"

#define LIST SNP_PAGE(0)
#define PAGE SNP_PAGE(1)
#define GCTX SNP_PAGE(2)
#define OTHER_BASE (SNP_RMP_BASE + 0x200000ull)

static const uint64_t forged = RMP_ASSIGNED | RMP_VALIDATED | 1ull << RMP_ASID_SHIFT;
static uint32_t writes;

static const struct fabric_rmp *announced(void)
{
    return &board_memctl()->rmp;
}

static bool is_in_table(const struct hosted_step *access)
{
    return access->memory == HOSTED_DRAM && access->offset <= SNP_RMP_END &&
           access->offset + access->length > SNP_RMP_BASE;
}

/** Whatever the firmware writes to the table, the table is protected then. */
static void table_is_announced(void *context, const struct hosted_step *access)
{
    (void)context;
    if (is_in_table(access) && access->kind != HOSTED_READ) {
        assert_int_equal(announced()->flags & FABRIC_RMP_PROTECTED, FABRIC_RMP_PROTECTED);
        assert_int_equal(announced()->base, SNP_RMP_BASE);
        assert_int_equal(announced()->end, SNP_RMP_END);
        writes++;
    }
}

static void no_byte_is_written_unprotected(void **state)
{
    (void)state;
    hosted_set_access_hook(table_is_announced, NULL);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_true(writes > 256);
}

/** x86 software gives itself pages wherever nothing stops it. */
static void forge_unless_protected(void *context, const struct hosted_step *access)
{
    (void)context;
    (void)access;
    if (announced()->flags == 0) {
        snp_entry(PAGE)->low = forged;
        snp_entry(SNP_RMP_BASE)->low = 0;
        memset(board_dram(SNP_RMP_BASE), 0xFF, 64);
        writes++;
    }
}

static void what_was_written_before_is_gone(void **state)
{
    uint64_t pages;

    (void)state;
    hosted_set_access_hook(forge_unless_protected, NULL);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_int_not_equal(writes, 0);
    assert_int_equal(snp_state(PAGE), RMP_HYPERVISOR);
    assert_int_equal(snp_state(SNP_RMP_BASE), RMP_FIRMWARE);
    memcpy(&pages, board_dram(SNP_RMP_BASE + 8), sizeof pages);
    assert_int_equal(pages, 0);
}

/** Instructions work from the moment on when the table is whole, and no earlier. */
static void whole_when_enforced(void *context, const struct hosted_step *access)
{
    (void)context;
    (void)access;
    if ((announced()->flags & FABRIC_RMP_ENFORCED) != 0) {
        assert_int_equal(snp_state(SNP_RMP_BASE), RMP_FIRMWARE);
        assert_int_equal(snp_state(SNP_RMP_END), RMP_FIRMWARE);
        assert_int_equal(snp_state(PAGE), RMP_HYPERVISOR);
        writes++;
    }
}

static void the_table_is_whole_when_it_is_enforced(void **state)
{
    (void)state;
    snp_entry(PAGE)->low = forged;
    hosted_set_access_hook(whole_when_enforced, NULL);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_int_not_equal(writes, 0);
}

static void shut_down(void)
{
    struct snp_shutdown_ex parameters = {.length = sizeof parameters, .flags = SNP_SHUTDOWN_X86};

    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(board_command(SNP_COMMAND_SHUTDOWN_EX, &parameters, sizeof parameters),
                     SEV_STATUS_SUCCESS);
}

/** When pages are no longer protected, no key and no context is left. */
static void nothing_is_left_when_unprotected(void *context, const struct hosted_step *access)
{
    (void)context;
    (void)access;
    if (announced()->flags == 0) {
        assert_int_equal(board_memctl()->slots[SNP_ASID].flags & FABRIC_SLOT_VALID, 0);
        for (uint32_t i = 0; i < SNP_PAGE_BYTES; i++) {
            assert_int_equal(board_dram(GCTX)[i], 0);
        }
        writes++;
    }
}

static void guests_end_before_the_table(void **state)
{
    struct snp_guest_status parameters = {.gctx_paddr = GCTX, .status_paddr = SNP_PAGE(3)};

    (void)state;
    pages_make_guest(GCTX, SNP_ASID, 0);
    for (uint32_t i = 10; i < 16; i++) { /* GCTX is sealed then. */
        assert_int_equal(snp_create(SNP_PAGE(i)), SEV_STATUS_SUCCESS);
    }
    assert_int_not_equal(board_dram(GCTX)[0x20] | board_dram(GCTX)[0x21], 0);
    pages_give(SNP_PAGE(3), false);
    assert_int_equal(board_command(SNP_COMMAND_GUEST_STATUS, &parameters, sizeof parameters),
                     SEV_STATUS_SUCCESS);
    hosted_set_access_hook(nothing_is_left_when_unprotected, NULL);
    shut_down();
    hosted_set_access_hook(NULL, NULL);
    assert_int_equal(announced()->flags, 0);
    assert_int_not_equal(writes, 0);
}

static enum sev_status init_list(uint64_t base)
{
    struct snp_init_ex parameters = {.flags = SNP_INIT_RMP | SNP_INIT_LIST_PADDR_EN,
                                     .list_paddr = LIST};
    const struct snp_range_list list = {.num_elements = 1};
    const struct snp_range range = {.base = base, .page_count = 1};

    memcpy(board_dram(LIST), &list, sizeof list);
    memcpy(board_dram(LIST) + sizeof list, &range, sizeof range);
    return board_command(SNP_COMMAND_INIT_EX, &parameters, sizeof parameters);
}

static uint32_t step;
static uint32_t wanted_step;

/** The cores say another place at one moment, in which the list has a page. */
static void move_the_table(void *context, const struct hosted_step *access)
{
    (void)context;
    (void)access;
    for (uint32_t i = 0; step == wanted_step && i < 4; i++) {
        snp_core(i)->rmp_base = OTHER_BASE;
        snp_core(i)->rmp_end = OTHER_BASE + 0xFFFFF;
    }
    step++;
}

static void one_place_is_checked_and_used(void **state)
{
    const uint64_t own = RMP_ASSIGNED | RMP_IMMUTABLE;
    uint32_t successes = 0;

    (void)state;
    for (wanted_step = 0; wanted_step < 200; wanted_step++) {
        enum sev_status status;

        step = 0;
        (void)snp_machine();
        hosted_set_access_hook(move_the_table, NULL);
        status = init_list(OTHER_BASE);
        hosted_set_access_hook(NULL, NULL);
        if (status == SEV_STATUS_SUCCESS) {
            const uint64_t base = board_memctl()->rmp.base;
            const struct rmp_entry *entries =
                (const struct rmp_entry *)(const void *)(board_dram(base) + RMP_BOOKKEEPING_BYTES);

            assert_int_equal(entries[base / 0x1000].low & ~RMP_SUBPAGES, own);
            successes++;
            shut_down();
        } else {
            assert_true(status == SEV_STATUS_INVALID_CONFIG ||
                        status == SEV_STATUS_INVALID_PAGE_STATE);
            assert_int_equal(board_memctl()->rmp.flags, 0);
        }
    }
    assert_true(successes > 100);
}

static int boot(void **state)
{
    writes = 0;
    return snp_boot(state);
}

static int boot_init(void **state)
{
    writes = 0;
    return pages_boot(state);
}

static int unhook(void **state)
{
    (void)state;
    hosted_set_access_hook(NULL, NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_byte_is_written_unprotected, boot, unhook),
        cmocka_unit_test_setup_teardown(what_was_written_before_is_gone, boot, unhook),
        cmocka_unit_test_setup_teardown(the_table_is_whole_when_it_is_enforced, boot, unhook),
        cmocka_unit_test_setup_teardown(guests_end_before_the_table, boot_init, unhook),
        cmocka_unit_test_setup_teardown(one_place_is_checked_and_used, boot, unhook),
    };

    return cmocka_run_group_tests_name("T07 reverse map table", tests, NULL, NULL);
}
