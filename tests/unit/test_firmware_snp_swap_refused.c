/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SNP_PAGE_SWAP_OUT and SNP_PAGE_SWAP_IN (SNP 9.4) refuse: pages and entries that were tampered
 * with, other guests', and pages in the wrong state, size or place. Nothing has changed then.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_snp_swaps.h"

#define OTHER_GCTX SNP_PAGE(5)
#define OTHER_MDATA SNP_PAGE(6)

/** DRAM is changed behind the firmware: the page, or the entry, at each byte. */
static void what_was_tampered_with_is_refused(void **state)
{
    uint8_t entry[64];

    (void)state;
    memcpy(entry, board_dram(ENTRY), sizeof entry);
    for (uint32_t i = 0; i < SNP_PAGE_BYTES; i += 117) {
        memset(board_dram(BACK), 0xEE, SNP_PAGE_BYTES);
        board_dram(AWAY)[i] ^= 0x10;
        assert_int_equal(swaps_in(AWAY, BACK, 0), SEV_STATUS_BAD_MEASUREMENT);
        board_dram(AWAY)[i] ^= 0x10;
        for (uint32_t j = 0; j < SNP_PAGE_BYTES; j++) {
            assert_int_equal(board_dram(BACK)[j], 0);
        }
        assert_memory_equal(board_dram(ENTRY), entry, sizeof entry);
    }
    for (uint32_t bit = 0; bit < 8u * sizeof entry; bit++) {
        board_dram(ENTRY)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        /* What the entry says of the page is compared first; the rest is authenticated. */
        const bool compared =
            bit >= 0x20 * 8 + 0 && bit != 0x20 * 8 + 1 && (bit < 0x28 * 8 || bit >= 0x2C * 8);
        assert_int_equal(swaps_in(AWAY, BACK, 0),
                         compared ? SEV_STATUS_INVALID_MDATA_ENTRY : SEV_STATUS_BAD_MEASUREMENT);
        assert_int_equal(pages_state(BACK), X86_RMP_PRE_GUEST);
        board_dram(ENTRY)[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    swaps_nothing_is_left();
    assert_int_equal(swaps_in(AWAY, BACK, 0), SEV_STATUS_SUCCESS);
}

/** Another guest opens nothing, and names nothing of this one's. */
static void guests_are_apart(void **state)
{
    struct snp_page_swap parameters = swaps_of(AWAY, SNP_PAGE(8), 0);
    const struct pages_place place = {SNP_PAGE(8), GPA, 2, false};

    (void)state;
    pages_make_guest(OTHER_GCTX, 2, 0);
    pages_give(OTHER_MDATA, false);
    assert_int_equal(swaps_md_init(OTHER_GCTX, OTHER_MDATA), SEV_STATUS_SUCCESS);
    pages_make_pre_guest(&place);
    parameters.gctx_paddr = OTHER_GCTX;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_IN, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_PAGE_OWNER);
    assert_int_equal(swaps_in(AWAY, place.paddr, 0), SEV_STATUS_INVALID_PAGE_OWNER);
    assert_int_equal(swaps_out(place.paddr, SNP_PAGE(4), 0), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(swaps_out(place.paddr, AWAY, 0), SEV_STATUS_INVALID_PAGE_OWNER);
    assert_int_equal(swaps_out(OTHER_MDATA, AWAY, (uint64_t)SNP_SWAP_METADATA << 1),
                     SEV_STATUS_INVALID_PAGE_OWNER);
    /* The same bytes in its own Metadata page. */
    memcpy(board_dram(OTHER_MDATA + 0x40), board_dram(ENTRY), 64);
    parameters.mdata_paddr = OTHER_MDATA + 0x40;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_IN, &parameters, sizeof parameters),
                     SEV_STATUS_BAD_MEASUREMENT);
}

static void out_is_refused(uint64_t from, uint64_t to, uint64_t flags, enum sev_status expected)
{
    assert_int_equal(swaps_out(from, to, flags), expected);
    assert_int_equal(pages_state(SRC), X86_RMP_PRE_SWAP);
    assert_int_equal(swaps_entry(ENTRY)->info, 0);
    assert_int_equal(pages_guest(GCTX)->oek_count, 0);
}

static void wrong_pages_stay_where_they_are(void **state)
{
    const struct pages_place valid = {SNP_PAGE(8), GPA + 0x1000u, SNP_ASID, false};
    struct snp_page_swap parameters;

    (void)state;
    pages_make_guest_valid(&valid);
    out_is_refused(SRC, AWAY, SNP_SWAP_IN_PLACE, SEV_STATUS_INVALID_PARAM);
    out_is_refused(SRC, AWAY, 1u << 5, SEV_STATUS_INVALID_PARAM);
    out_is_refused(SRC, AWAY, 1ull << 63, SEV_STATUS_INVALID_PARAM);
    out_is_refused(SRC, AWAY, 6, SEV_STATUS_INVALID_PARAM);
    out_is_refused(SRC, SRC, 0, SEV_STATUS_INVALID_ADDRESS);
    out_is_refused(SRC, BOARD_PARAMETERS, 0, SEV_STATUS_INVALID_ADDRESS);
    out_is_refused(SRC + 0x10, AWAY, 0, SEV_STATUS_INVALID_ADDRESS);
    out_is_refused(SRC, AWAY + 0x10, 0, SEV_STATUS_INVALID_ADDRESS);
    out_is_refused(SRC, AWAY, 1, SEV_STATUS_INVALID_ADDRESS);
    out_is_refused(MDATA, AWAY, (uint64_t)SNP_SWAP_METADATA << 1, SEV_STATUS_INVALID_ADDRESS);
    out_is_refused(SRC, SNP_PAGE(9), 0, SEV_STATUS_INVALID_PAGE_STATE);   /* Hypervisor. */
    out_is_refused(valid.paddr, AWAY, 0, SEV_STATUS_INVALID_PAGE_STATE);  /* Guest-Valid. */
    out_is_refused(AWAY, SNP_PAGE(10), 0, SEV_STATUS_INVALID_PAGE_STATE); /* Firmware. */
    out_is_refused(MDATA + 0x1000, AWAY, (uint64_t)SNP_SWAP_METADATA << 1,
                   SEV_STATUS_INVALID_PAGE_STATE);
    out_is_refused(SNP_REGION(0), SNP_REGION(1), 1 | (uint64_t)SNP_SWAP_VMSA << 1,
                   SEV_STATUS_INVALID_PAGE_SIZE);
    out_is_refused(SNP_REGION(0), SNP_REGION(1), 1 | (uint64_t)SNP_SWAP_METADATA << 1,
                   SEV_STATUS_INVALID_PAGE_SIZE);
    parameters = swaps_of(SRC, AWAY, 0);
    parameters.mdata_paddr = ENTRY + 8;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_OUT, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_ADDRESS);
    parameters.mdata_paddr = SNP_PAGE(9);
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_OUT, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_PAGE_STATE);
    parameters = swaps_of(SNP_PAGE(9), BACK, 0);
    parameters.software_data = 1;
    assert_int_equal(board_command(SNP_COMMAND_PAGE_SWAP_IN, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_PARAM);
}

static void guests_must_be_able_and_willing(void **state)
{
    struct snp_guest *guest = pages_guest(GCTX);

    (void)state;
    guest->policy |= SNP_POLICY_PAGE_SWAP_DISABLE;
    out_is_refused(SRC, AWAY, 0, SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(swaps_in(AWAY, BACK, 0), SEV_STATUS_POLICY_FAILURE);
    guest->policy = 0;
    guest->state = SNP_GUEST_INIT;
    out_is_refused(SRC, AWAY, 0, SEV_STATUS_INVALID_GUEST_STATE);
    guest->state = SNP_GUEST_RUNNING;
    guest->asid = 0;
    out_is_refused(SRC, AWAY, 0, SEV_STATUS_INACTIVE);
    assert_int_equal(swaps_in(AWAY, BACK, 0), SEV_STATUS_INACTIVE);
    guest->asid = SNP_ASID;
    guest->oek_count = UINT64_MAX;
    assert_int_equal(swaps_out(SRC, AWAY, 0), SEV_STATUS_AEAD_OFLOW);
    guest->oek_count = UINT64_MAX - 1u;
    assert_int_equal(swaps_out(SRC, AWAY, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(swaps_entry(ENTRY)->iv, UINT64_MAX);
    pages_make_pre_guest(&swaps_back);
    assert_int_equal(swaps_in(AWAY, BACK, 0), SEV_STATUS_SUCCESS);
}

static void an_entry_in_use_is_not_overwritten(void **state)
{
    const struct pages_place place = {SNP_PAGE(8), GPA + 0x1000u, SNP_ASID, false};
    uint8_t entry[64];

    (void)state;
    pages_make_pre_guest(&place);
    memcpy(entry, board_dram(ENTRY), sizeof entry);
    assert_int_equal(swaps_out(place.paddr, AWAY, 0), SEV_STATUS_INVALID_MDATA_ENTRY);
    assert_memory_equal(board_dram(ENTRY), entry, sizeof entry);
}

static void only_its_own_place_takes_a_page(void **state)
{
    const struct pages_place elsewhere = {SNP_PAGE(8), GPA + 0x1000u, SNP_ASID, false};

    (void)state;
    pages_make_pre_guest(&elsewhere);
    assert_int_equal(swaps_in(AWAY, elsewhere.paddr, 0), SEV_STATUS_INVALID_MDATA_ENTRY);
    assert_int_equal(swaps_in(AWAY, SNP_PAGE(9), 0), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(swaps_in(GCTX, BACK, 0), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(swaps_in(BACK, BACK, 0), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(swaps_in(AWAY, AWAY, (uint64_t)SNP_SWAP_METADATA << 1),
                     SEV_STATUS_INVALID_ADDRESS);
    pages_give(SNP_PAGE(10), false);
    assert_int_equal(swaps_in(AWAY, SNP_PAGE(10), (uint64_t)SNP_SWAP_METADATA << 1),
                     SEV_STATUS_INVALID_MDATA_ENTRY);
    assert_int_equal(swaps_in(AWAY, BACK, 0), SEV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_was_tampered_with_is_refused, swaps_boot_away),
        cmocka_unit_test_setup(guests_are_apart, swaps_boot_away),
        cmocka_unit_test_setup(wrong_pages_stay_where_they_are, swaps_boot),
        cmocka_unit_test_setup(guests_must_be_able_and_willing, swaps_boot),
        cmocka_unit_test_setup(an_entry_in_use_is_not_overwritten, swaps_boot_away),
        cmocka_unit_test_setup(only_its_own_place_takes_a_page, swaps_boot_away),
    };

    return cmocka_run_group_tests_name("SNP swapping, refused", tests, NULL, NULL);
}
