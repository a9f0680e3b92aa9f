/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_PAGE_MOVE and SNP_PAGE_MD_INIT (SNP 2.17): where a page was there is none any more, and the
 * guest finds at the new place what it had.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_swaps.h"

static enum sev_status move(uint64_t from, uint64_t to, uint32_t flags)
{
    struct snp_page_move parameters = {
        .gctx_paddr = GCTX, .flags = flags, .src_paddr = from, .dst_paddr = to};

    return board_command(SNP_COMMAND_PAGE_MOVE, &parameters, sizeof parameters);
}

static void a_page_is_moved(void **state)
{
    struct x86_rmp_page page;

    (void)state;
    pages_make_pre_guest(&swaps_back);
    assert_int_equal(move(SRC, BACK, 0), SEV_STATUS_SUCCESS);
    swaps_nothing_is_left();
    assert_int_equal(pages_state(SRC), X86_RMP_FIRMWARE);
    page = pages_look(BACK);
    assert_int_equal(x86_rmp_state_of(&page), X86_RMP_PRE_SWAP);
    assert_memory_equal(page.permissions, "\x0F\x03\0\0", 4);
    oracle_read_memory(SNP_ASID, BACK, swaps_opened, SNP_PAGE_BYTES);
    assert_memory_equal(swaps_opened, swaps_plain, SNP_PAGE_BYTES);
    pages_check_counts();
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, BACK), SEV_STATUS_SUCCESS);
    assert_int_equal(pages_state(BACK), X86_RMP_GUEST_VALID);
}

static void two_mib_are_moved(void **state)
{
    const struct pages_place from = {SNP_REGION(0), 0x80000000ull, SNP_ASID, true};
    const struct pages_place to = {SNP_REGION(1), 0x80000000ull, SNP_ASID, true};

    (void)state;
    pages_make_guest_valid(&from);
    oracle_write_memory(SNP_ASID, from.paddr, swaps_plain, sizeof swaps_plain);
    pages_freeze(&from);
    pages_make_pre_guest(&to);
    assert_int_equal(move(from.paddr, to.paddr, 0), SEV_STATUS_INVALID_PAGE_SIZE);
    assert_int_equal(move(from.paddr, to.paddr, 1), SEV_STATUS_SUCCESS);
    swaps_nothing_is_left();
    oracle_read_memory(SNP_ASID, to.paddr, swaps_opened, sizeof swaps_opened);
    assert_memory_equal(swaps_opened, swaps_plain, sizeof swaps_plain);
    assert_int_equal(pages_state(from.paddr + 0x3000), X86_RMP_FIRMWARE);
    assert_int_equal(pages_state(to.paddr + 0x3000), X86_RMP_PRE_SWAP);
    pages_check_counts();
}

static void a_vmsa_stays_one(void **state)
{
    const struct pages_place from = {SNP_PAGE(8), GPA + 0x2000u, SNP_ASID, false};
    const struct pages_place to = {SNP_PAGE(9), GPA + 0x2000u, SNP_ASID, false};

    (void)state;
    pages_make_guest_valid(&from);
    pages_adjust(&from, 0, true);
    pages_freeze(&from);
    pages_make_pre_guest(&to);
    assert_int_equal(move(from.paddr, to.paddr, 0), SEV_STATUS_SUCCESS);
    assert_true(pages_look(to.paddr).vmsa);
    assert_false(pages_look(from.paddr).vmsa);
}

static void metadata_is_moved(void **state)
{
    (void)state;
    assert_int_equal(swaps_out(SRC, AWAY, 0), SEV_STATUS_SUCCESS);
    memcpy(swaps_opened, board_dram(MDATA), SNP_PAGE_BYTES);
    pages_give(SNP_PAGE(8), false);
    assert_int_equal(move(MDATA, SNP_PAGE(8), 0), SEV_STATUS_SUCCESS);
    assert_int_equal(pages_state(MDATA), X86_RMP_FIRMWARE);
    assert_int_equal(pages_state(SNP_PAGE(8)), X86_RMP_METADATA);
    assert_int_equal(pages_look(SNP_PAGE(8)).gpa, GCTX);
    assert_memory_equal(board_dram(SNP_PAGE(8)), swaps_opened, SNP_PAGE_BYTES);
    /* The entries of the page that was are void. */
    assert_int_equal(swaps_in(AWAY, SRC, 0), SEV_STATUS_INVALID_PAGE_STATE);
    pages_check_counts();
}

static void is_refused(uint64_t from, uint64_t to, uint32_t flags, enum sev_status expected)
{
    assert_int_equal(move(from, to, flags), expected);
    assert_int_equal(pages_state(SRC), X86_RMP_PRE_SWAP);
    assert_int_equal(pages_state(BACK), X86_RMP_PRE_GUEST);
    assert_int_equal(pages_state(MDATA), X86_RMP_METADATA);
    assert_int_equal(pages_state(AWAY), X86_RMP_FIRMWARE);
}

static void wrong_pages_are_not_moved(void **state)
{
    const struct pages_place elsewhere = {SNP_PAGE(8), GPA + 0x1000u, SNP_ASID, false};
    const struct pages_place others = {SNP_PAGE(9), GPA, 2, false};
    const struct pages_place valid = {SNP_PAGE(10), GPA + 0x3000u, SNP_ASID, false};
    struct snp_page_move parameters = {GCTX, 0, 1, SRC, BACK};

    (void)state;
    pages_make_pre_guest(&swaps_back);
    pages_make_pre_guest(&elsewhere);
    pages_make_pre_guest(&others);
    pages_make_guest_valid(&valid);
    is_refused(SRC, BACK, 2, SEV_STATUS_INVALID_PARAM);
    is_refused(SRC, SRC, 0, SEV_STATUS_INVALID_ADDRESS);
    is_refused(SRC, BACK + 16, 0, SEV_STATUS_INVALID_ADDRESS);
    is_refused(SRC, elsewhere.paddr, 0, SEV_STATUS_INVALID_PAGE_STATE);
    is_refused(SRC, others.paddr, 0, SEV_STATUS_INVALID_PAGE_OWNER);
    is_refused(others.paddr, BACK, 0, SEV_STATUS_INVALID_PAGE_OWNER);
    is_refused(SRC, AWAY, 0, SEV_STATUS_INVALID_PAGE_STATE);
    is_refused(MDATA, BACK, 0, SEV_STATUS_INVALID_PAGE_STATE);
    is_refused(valid.paddr, BACK, 0, SEV_STATUS_INVALID_PAGE_STATE);
    is_refused(SRC, valid.paddr, 0, SEV_STATUS_INVALID_PAGE_STATE);
    is_refused(AWAY, BACK, 0, SEV_STATUS_INVALID_PAGE_STATE);
    is_refused(SNP_PAGE(11), BACK, 0, SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(board_command(SNP_COMMAND_PAGE_MOVE, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_PARAM);
    pages_guest(GCTX)->policy = SNP_POLICY_PAGE_SWAP_DISABLE;
    is_refused(SRC, BACK, 0, SEV_STATUS_POLICY_FAILURE);
    pages_guest(GCTX)->state = SNP_GUEST_INIT;
    is_refused(SRC, BACK, 0, SEV_STATUS_INVALID_GUEST_STATE);
    pages_guest(GCTX)->state = SNP_GUEST_RUNNING;
    pages_guest(GCTX)->asid = 0;
    is_refused(SRC, BACK, 0, SEV_STATUS_INACTIVE);
    pages_guest(GCTX)->asid = SNP_ASID;
    pages_guest(GCTX)->policy = 0;
}

static void metadata_begins_empty(void **state)
{
    (void)state;
    pages_give(SNP_PAGE(8), false);
    memset(board_dram(SNP_PAGE(8)), 0xFF, SNP_PAGE_BYTES);
    assert_int_equal(swaps_md_init(GCTX, SNP_PAGE(8)), SEV_STATUS_SUCCESS);
    assert_int_equal(pages_state(SNP_PAGE(8)), X86_RMP_METADATA);
    assert_int_equal(pages_look(SNP_PAGE(8)).gpa, GCTX);
    for (uint32_t i = 0; i < SNP_PAGE_BYTES; i++) {
        assert_int_equal(board_dram(SNP_PAGE(8))[i], 0);
    }
    assert_int_equal(swaps_md_init(GCTX, SNP_PAGE(8)), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(swaps_md_init(GCTX, GCTX), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(swaps_md_init(GCTX, SNP_PAGE(9)), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(swaps_md_init(GCTX, SRC), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(swaps_md_init(GCTX, SNP_PAGE(9) + 8), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(swaps_md_init(GCTX, SNP_RMP_BASE), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(swaps_md_init(AWAY, SNP_PAGE(9)), SEV_STATUS_INVALID_GUEST);
    pages_give(SNP_REGION(0), true);
    assert_int_equal(swaps_md_init(GCTX, SNP_REGION(0)), SEV_STATUS_INVALID_PAGE_SIZE);
    pages_check_counts();
}

/** x86 software writes wherever the RMP lets it, before every access: none of it is in the page. */
static void write_where_allowed(void *context, const struct hosted_step *step)
{
    const uint64_t page = *(const uint64_t *)context;

    (void)step;
    if ((snp_entry(page)->low & RMP_ASSIGNED) == 0) {
        board_dram(page)[0x40] = 0xFF;
    }
}

static void nobody_writes_metadata_meanwhile(void **state)
{
    uint64_t page = SNP_PAGE(8);

    (void)state;
    pages_give(page, false);
    hosted_set_access_hook(write_where_allowed, &page);
    assert_int_equal(swaps_md_init(GCTX, page), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_int_equal(board_dram(page)[0x40], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_page_is_moved, swaps_boot),
        cmocka_unit_test_setup(two_mib_are_moved, swaps_boot),
        cmocka_unit_test_setup(a_vmsa_stays_one, swaps_boot),
        cmocka_unit_test_setup(metadata_is_moved, swaps_boot),
        cmocka_unit_test_setup(wrong_pages_are_not_moved, swaps_boot),
        cmocka_unit_test_setup(metadata_begins_empty, swaps_boot),
        cmocka_unit_test_setup(nobody_writes_metadata_meanwhile, swaps_boot),
    };

    return cmocka_run_group_tests_name("SNP moving", tests, NULL, NULL);
}
