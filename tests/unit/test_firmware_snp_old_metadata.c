/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metadata pages outlive their guest: the RMP goes on saying whose they were. The next guest whose
 * context is in the same page, which may have the same offline key since it was imported, must not take
 * them for its own, or a page that came back once comes back again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_snp_swaps.h"

#define NEXT_ASID 2u
#define SWAP_METADATA_PAGE ((uint64_t)SNP_SWAP_METADATA << 1)

static const struct pages_place next_back = {SNP_PAGE(9), GPA, NEXT_ASID, false};

/** Makes another guest in the page of the one that was ended, with keys that came along. */
static void make_next_guest(const struct snp_guest *former)
{
    struct snp_guest *guest;

    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, GCTX), SEV_STATUS_SUCCESS);
    pages_take(GCTX, false);
    pages_make_guest(GCTX, NEXT_ASID, 0);
    guest = pages_guest(GCTX);
    memcpy(guest->oek, former->oek, sizeof(guest->oek));
    guest->oek_count = former->oek_count;
    pages_make_pre_guest(&next_back);
}

static void entries_are_of_the_guest_that_is_gone(void)
{
    assert_int_equal(swaps_in(AWAY, next_back.paddr, 0), SEV_STATUS_INVALID_PAGE_OWNER);
    assert_int_equal(swaps_out(next_back.paddr, AWAY, 0), SEV_STATUS_INVALID_PAGE_OWNER);
    assert_int_equal(pages_state(next_back.paddr), X86_RMP_PRE_GUEST);
    assert_true((swaps_entry(ENTRY)->info & SNP_MDATA_VALID) != 0);
}

static void the_next_guest_does_not_inherit_entries(void **state)
{
    const struct snp_guest former = *pages_guest(GCTX);

    (void)state;
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, GCTX), SEV_STATUS_SUCCESS);
    make_next_guest(&former);
    entries_are_of_the_guest_that_is_gone();
}

static void nor_does_it_after_the_platforms_end(void **state)
{
    const struct snp_guest former = *pages_guest(GCTX);

    (void)state;
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_init_ex(0), SEV_STATUS_SUCCESS);
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    make_next_guest(&former);
    entries_are_of_the_guest_that_is_gone();
}

static void nor_whole_pages_of_them(void **state)
{
    const struct snp_guest former = *pages_guest(GCTX);
    struct snp_page_swap swap =
        swaps_of(MDATA, SNP_PAGE(10), SWAP_METADATA_PAGE | SNP_SWAP_ROOT_MDATA_EN);
    struct snp_page_move move = {.gctx_paddr = GCTX, .src_paddr = MDATA, .dst_paddr = SNP_PAGE(10)};

    (void)state;
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, GCTX), SEV_STATUS_SUCCESS);
    make_next_guest(&former);
    pages_give(SNP_PAGE(10), false);
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_OUT, &swap, sizeof(swap)),
                     SEV_STATUS_INVALID_PAGE_OWNER);
    assert_int_equal(board_command(SNP_COMMAND_PAGE_MOVE, &move, sizeof(move)),
                     SEV_STATUS_INVALID_PAGE_OWNER);
    assert_int_equal(pages_state(MDATA), X86_RMP_METADATA);
    /* The host gets them back, and may give them again. */
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, MDATA), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_entry(MDATA)->high, 0);
    pages_take(MDATA, false);
    pages_give(MDATA, false);
    assert_int_equal(swaps_md_init(GCTX, MDATA), SEV_STATUS_SUCCESS);
    assert_int_equal(swaps_out(next_back.paddr, AWAY, 0), SEV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_next_guest_does_not_inherit_entries, swaps_boot_away),
        cmocka_unit_test_setup(nor_does_it_after_the_platforms_end, swaps_boot_away),
        cmocka_unit_test_setup(nor_whole_pages_of_them, swaps_boot_away),
    };

    return cmocka_run_group_tests_name("Metadata of SNP guests that are gone", tests, NULL, NULL);
}
