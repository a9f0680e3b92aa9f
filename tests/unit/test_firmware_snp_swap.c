/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_PAGE_SWAP_OUT and SNP_PAGE_SWAP_IN (SNP 9.4): what goes out comes back once, as it was. What is
 * sealed is opened with OpenSSL, and memory is read with it as the memory controller would.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/snp/swap_entry.h"
#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_swaps.h"

static void a_page_goes_away_sealed(void **state)
{
    struct witness_swap_entry entry;
    struct x86_rmp_page left;

    (void)state;
    assert_int_equal(swaps_out(SRC, AWAY, 0), SEV_STATUS_SUCCESS);
    swaps_nothing_is_left();
    assert_null(witness_swap_read(board_dram(ENTRY), &entry));
    assert_true(entry.valid && entry.page_validated && !entry.vmsa && !entry.metadata);
    assert_false(entry.large);
    assert_int_equal(entry.gpa, GPA);
    assert_int_equal(entry.iv, 1);
    assert_int_equal(entry.software_data, SOFTWARE_DATA);
    assert_memory_equal(entry.vmpl_permissions, "\x0F\x03\0\0", 4);
    assert_true(witness_swap_open(pages_guest(GCTX)->oek, board_dram(ENTRY), board_dram(AWAY),
                                  swaps_opened, SNP_PAGE_BYTES));
    assert_memory_equal(swaps_opened, swaps_plain, SNP_PAGE_BYTES);
    left = pages_look(SRC);
    assert_int_equal(x86_rmp_state_of(&left), X86_RMP_PRE_GUEST);
    assert_int_equal(left.asid, SNP_ASID);
    assert_int_equal(left.gpa, GPA);
    assert_memory_equal(left.permissions, "\x0F\0\0\0", 4);
    assert_int_equal(pages_state(AWAY), X86_RMP_FIRMWARE);
    pages_check_counts();
}

static void it_comes_back_as_it_was_and_once(void **state)
{
    struct x86_rmp_page page;

    (void)state;
    assert_int_equal(swaps_in(AWAY, BACK, 0), SEV_STATUS_SUCCESS);
    swaps_nothing_is_left();
    page = pages_look(BACK);
    assert_int_equal(x86_rmp_state_of(&page), X86_RMP_GUEST_VALID);
    assert_memory_equal(page.permissions, "\x0F\x03\0\0", 4);
    assert_int_equal(page.gpa, GPA);
    oracle_read_memory(SNP_ASID, BACK, swaps_opened, SNP_PAGE_BYTES);
    assert_memory_equal(swaps_opened, swaps_plain, SNP_PAGE_BYTES);
    assert_int_equal(swaps_entry(ENTRY)->info & SNP_MDATA_VALID, 0);
    /* Where it was, or anywhere else, it does not come again. */
    assert_int_equal(swaps_in(AWAY, SRC, 0), SEV_STATUS_INVALID_MDATA_ENTRY);
    assert_int_equal(pages_state(SRC), X86_RMP_PRE_GUEST);
    pages_check_counts();
}

/** The page went away a second time: what went away first is not taken for it. */
static void an_older_page_is_refused(void **state)
{
    static uint8_t old[SNP_PAGE_BYTES];

    (void)state;
    memcpy(old, board_dram(AWAY), sizeof old);
    assert_int_equal(swaps_in(AWAY, BACK, 0), SEV_STATUS_SUCCESS);
    swaps_plain[0] ^= 1;
    oracle_write_memory(SNP_ASID, BACK, swaps_plain, SNP_PAGE_BYTES);
    pages_freeze(&swaps_back);
    assert_int_equal(swaps_out(BACK, AWAY, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(swaps_entry(ENTRY)->iv, 2);
    memcpy(board_dram(AWAY), old, sizeof old);
    assert_int_equal(swaps_in(AWAY, BACK, 0), SEV_STATUS_BAD_MEASUREMENT);
    assert_int_equal(pages_state(BACK), X86_RMP_PRE_GUEST);
}

static void a_page_that_is_not_validated_stays_so(void **state)
{
    const struct pages_place place = {SNP_PAGE(8), GPA + 0x1000u, SNP_ASID, false};
    const struct pages_place to = {SNP_PAGE(9), GPA + 0x1000u, SNP_ASID, false};

    (void)state;
    pages_make_pre_guest(&place);
    pages_make_pre_guest(&to);
    assert_int_equal(swaps_out(place.paddr, AWAY, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(swaps_entry(ENTRY)->info & SNP_MDATA_PAGE_VALIDATED, 0);
    assert_int_equal(swaps_in(AWAY, to.paddr, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(pages_state(to.paddr), X86_RMP_GUEST_INVALID);
}

static void two_mib_go_and_come(void **state)
{
    const struct pages_place place = {SNP_REGION(0), 0x80000000ull, SNP_ASID, true};
    const struct pages_place to = {SNP_REGION(2), 0x80000000ull, SNP_ASID, true};

    (void)state;
    pages_make_guest_valid(&place);
    oracle_write_memory(SNP_ASID, place.paddr, swaps_plain, sizeof swaps_plain);
    pages_freeze(&place);
    pages_give(SNP_REGION(1), true);
    assert_int_equal(swaps_out(place.paddr, SNP_REGION(1), 0), SEV_STATUS_INVALID_PAGE_SIZE);
    assert_int_equal(swaps_out(place.paddr, SNP_REGION(1), 1), SEV_STATUS_SUCCESS);
    swaps_nothing_is_left();
    assert_int_equal(swaps_entry(ENTRY)->info,
                     SNP_MDATA_VALID | SNP_MDATA_PAGE_VALIDATED | SNP_MDATA_2M | to.gpa);
    assert_true(witness_swap_open(pages_guest(GCTX)->oek, board_dram(ENTRY),
                                  board_dram(SNP_REGION(1)), swaps_opened, sizeof swaps_opened));
    assert_memory_equal(swaps_opened, swaps_plain, sizeof swaps_plain);
    pages_make_pre_guest(&to);
    board_dram(SNP_REGION(1))[SNP_PAGE_2M_BYTES - 1] ^= 1;
    assert_int_equal(swaps_in(SNP_REGION(1), to.paddr, 1), SEV_STATUS_BAD_MEASUREMENT);
    board_dram(SNP_REGION(1))[SNP_PAGE_2M_BYTES - 1] ^= 1;
    assert_int_equal(swaps_in(SNP_REGION(1), to.paddr, 1), SEV_STATUS_SUCCESS);
    swaps_nothing_is_left();
    assert_int_equal(pages_state(to.paddr + 0x5000), X86_RMP_GUEST_VALID);
    oracle_read_memory(SNP_ASID, to.paddr, swaps_opened, sizeof swaps_opened);
    assert_memory_equal(swaps_opened, swaps_plain, sizeof swaps_plain);
    pages_check_counts();
}

/** What a VMSA leaves behind is none any more, whoever validates it. */
static void a_vmsa_goes_and_comes(void **state)
{
    const struct pages_place place = {SNP_PAGE(8), GPA + 0x2000u, SNP_ASID, false};
    const struct pages_place to = {SNP_PAGE(9), GPA + 0x2000u, SNP_ASID, false};
    const uint64_t vmsa = (uint64_t)SNP_SWAP_VMSA << 1;

    (void)state;
    pages_make_guest_valid(&place);
    pages_adjust(&place, 0, true);
    pages_freeze(&place);
    assert_int_equal(swaps_out(place.paddr, AWAY, 0), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(swaps_out(SRC, AWAY, vmsa), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(swaps_out(place.paddr, AWAY, vmsa), SEV_STATUS_SUCCESS);
    assert_int_equal(swaps_entry(ENTRY)->info & 0xFFF,
                     SNP_MDATA_VALID | SNP_MDATA_PAGE_VALIDATED | SNP_MDATA_VMSA);
    assert_false(pages_look(place.paddr).vmsa);
    pages_make_pre_guest(&to);
    assert_int_equal(swaps_in(AWAY, to.paddr, 0), SEV_STATUS_INVALID_MDATA_ENTRY);
    assert_int_equal(swaps_in(AWAY, to.paddr, vmsa), SEV_STATUS_SUCCESS);
    assert_true(pages_look(to.paddr).vmsa);
    assert_int_equal(pages_state(to.paddr), X86_RMP_GUEST_VALID);
}

static void metadata_goes_with_the_root_and_comes(void **state)
{
    const uint64_t flags = (uint64_t)SNP_SWAP_METADATA << 1 | SNP_SWAP_ROOT_MDATA_EN;

    (void)state;
    pages_give(SNP_PAGE(8), false);
    assert_int_equal(swaps_out(MDATA, SNP_PAGE(8), flags), SEV_STATUS_SUCCESS);
    swaps_nothing_is_left();
    assert_int_equal(pages_state(MDATA), X86_RMP_FIRMWARE);
    assert_int_equal(pages_guest(GCTX)->root_mdata.info, SNP_MDATA_VALID | SNP_MDATA_METADATA);
    assert_int_equal(swaps_out(SRC, SNP_PAGE(8), SNP_SWAP_ROOT_MDATA_EN),
                     SEV_STATUS_INVALID_MDATA_ENTRY);
    /* While it is away its entries are nobody's. */
    assert_int_equal(swaps_in(AWAY, BACK, 0), SEV_STATUS_INVALID_PAGE_STATE);
    pages_give(SNP_PAGE(9), false);
    assert_int_equal(swaps_in(SNP_PAGE(8), SNP_PAGE(9), flags), SEV_STATUS_SUCCESS);
    swaps_nothing_is_left();
    assert_int_equal(pages_state(SNP_PAGE(9)), X86_RMP_METADATA);
    assert_int_equal(pages_look(SNP_PAGE(9)).gpa, GCTX);
    assert_int_equal(pages_guest(GCTX)->root_mdata.info & SNP_MDATA_VALID, 0);
    assert_int_equal(swaps_in(SNP_PAGE(8), MDATA, flags), SEV_STATUS_INVALID_MDATA_ENTRY);
    /* Its entries count where it is now. */
    struct snp_page_swap parameters = swaps_of(AWAY, BACK, 0);
    parameters.mdata_paddr = SNP_PAGE(9) + 0x40u;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_IN, &parameters, sizeof parameters),
                     SEV_STATUS_SUCCESS);
    pages_check_counts();
}

static void a_page_comes_back_in_place(void **state)
{
    (void)state;
    memcpy(board_dram(BACK), board_dram(AWAY), SNP_PAGE_BYTES);
    /* What SRC says has no meaning then. */
    assert_int_equal(swaps_in(~0ull, BACK, SNP_SWAP_IN_PLACE), SEV_STATUS_SUCCESS);
    assert_int_equal(pages_state(BACK), X86_RMP_GUEST_VALID);
    oracle_read_memory(SNP_ASID, BACK, swaps_opened, SNP_PAGE_BYTES);
    assert_memory_equal(swaps_opened, swaps_plain, SNP_PAGE_BYTES);
}

/** Before each access: at no time has the guest the page while an entry for it is valid. */
static void one_page_at_a_time(void *context, const struct hosted_step *step)
{
    const bool valid = (swaps_entry(ENTRY)->info & SNP_MDATA_VALID) != 0;
    const uint64_t low[] = {snp_entry(SRC)->low, snp_entry(BACK)->low};

    (void)step;
    (*(uint32_t *)context)++;
    for (uint32_t i = 0; i < 2; i++) {
        assert_false(valid && (low[i] & RMP_VALIDATED) != 0);
    }
    /* And plaintext stands in DRAM at none. */
    assert_memory_not_equal(board_dram(AWAY), swaps_plain, 64);
    assert_memory_not_equal(board_dram(BACK), swaps_plain, 64);
}

static void there_is_one_page_at_every_step(void **state)
{
    uint32_t steps = 0;

    (void)state;
    pages_make_pre_guest(&swaps_back);
    hosted_set_access_hook(one_page_at_a_time, &steps);
    assert_int_equal(swaps_out(SRC, AWAY, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(swaps_in(AWAY, BACK, 0), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_true(steps > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_page_goes_away_sealed, swaps_boot),
        cmocka_unit_test_setup(it_comes_back_as_it_was_and_once, swaps_boot_away),
        cmocka_unit_test_setup(an_older_page_is_refused, swaps_boot_away),
        cmocka_unit_test_setup(a_page_that_is_not_validated_stays_so, swaps_boot),
        cmocka_unit_test_setup(two_mib_go_and_come, swaps_boot),
        cmocka_unit_test_setup(a_vmsa_goes_and_comes, swaps_boot),
        cmocka_unit_test_setup(metadata_goes_with_the_root_and_comes, swaps_boot_away),
        cmocka_unit_test_setup(a_page_comes_back_in_place, swaps_boot_away),
        cmocka_unit_test_setup(there_is_one_page_at_every_step, swaps_boot),
    };

    return cmocka_run_group_tests_name("SNP swapping", tests, NULL, NULL);
}
