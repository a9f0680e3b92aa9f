/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_PAGE_SWAP_OUT and SNP_PAGE_SWAP_IN (SNP 9.4) with all of memory under the host's key: parameters,
 * entries, Metadata pages and ciphertext, too. What is the guest's is under the guest's key alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/dispatch.h"

#include "tests/snp/swap_entry.h"
#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_swaps.h"

static uint8_t page[SNP_PAGE_BYTES];

/** A command whose parameters are in memory as the host's key makes them. */
static enum sev_status command(uint32_t id, const void *parameters, size_t size)
{
    memset(page, 0, sizeof page);
    if (size != 0) {
        memcpy(page, parameters, size);
    }
    oracle_write_memory(0, BOARD_PARAMETERS, page, sizeof page);
    return dispatch_command(id, BOARD_PARAMETERS);
}

static enum sev_status swap(uint32_t id, uint64_t from, uint64_t to, uint64_t flags)
{
    const struct snp_page_swap parameters = swaps_of(from, to, flags);

    return command(id, &parameters, sizeof parameters);
}

/** A guest with a Metadata page, and a page that is frozen. */
static void make_guest(void)
{
    const struct snp_activate activate = {.gctx_paddr = GCTX, .asid = SNP_ASID};
    const struct snp_page_md_init md_init = {GCTX, MDATA};
    const uint64_t gctx = GCTX;

    pages_give(GCTX, false);
    pages_give(MDATA, false);
    pages_give(AWAY, false);
    assert_int_equal(command(SNP_COMMAND_GCTX_CREATE, &gctx, sizeof gctx), SEV_STATUS_SUCCESS);
    pages_guest(GCTX)->state = SNP_GUEST_RUNNING;
    memset(pages_guest(GCTX)->oek, 0x21, sizeof pages_guest(GCTX)->oek);
    memset(pages_guest(GCTX)->vek, 0x11, sizeof pages_guest(GCTX)->vek);
    assert_int_equal(command(SNP_COMMAND_ACTIVATE, &activate, sizeof activate), SEV_STATUS_SUCCESS);
    assert_int_equal(command(SNP_COMMAND_PAGE_MD_INIT, &md_init, sizeof md_init),
                     SEV_STATUS_SUCCESS);
    pages_make_guest_valid(&swaps_source);
    memset(swaps_plain, 0x5A, SNP_PAGE_BYTES);
    oracle_write_memory(SNP_ASID, SRC, swaps_plain, SNP_PAGE_BYTES);
    pages_freeze(&swaps_source);
}

static int boot(void **state)
{
    const struct snp_init_ex init = {.flags = SNP_INIT_RMP};

    (void)snp_boot(state);
    snp_machine()->flags |= FABRIC_FLAG_TSME;
    assert_int_equal(command(SNP_COMMAND_INIT_EX, &init, sizeof init), SEV_STATUS_SUCCESS);
    board_wbinvd();
    assert_int_equal(command(SNP_COMMAND_DF_FLUSH, NULL, 0), SEV_STATUS_SUCCESS);
    pages_attach();
    make_guest();
    return 0;
}

static void a_page_goes_away_and_comes_back(void **state)
{
    uint8_t entry[WITNESS_SWAP_ENTRY_BYTES];

    (void)state;
    assert_int_equal(swap(SNP_COMMAND_PAGE_SWAP_OUT, SRC, AWAY, 0), SEV_STATUS_SUCCESS);
    oracle_read_memory(0, ENTRY, entry, sizeof entry);
    oracle_read_memory(0, AWAY, page, sizeof page);
    assert_true(witness_swap_open(pages_guest(GCTX)->oek, entry, page, swaps_opened, sizeof page));
    assert_memory_equal(swaps_opened, swaps_plain, SNP_PAGE_BYTES);
    pages_make_pre_guest(&swaps_back);
    assert_int_equal(swap(SNP_COMMAND_PAGE_SWAP_IN, AWAY, BACK, 0), SEV_STATUS_SUCCESS);
    oracle_read_memory(SNP_ASID, BACK, swaps_opened, SNP_PAGE_BYTES);
    assert_memory_equal(swaps_opened, swaps_plain, SNP_PAGE_BYTES);
    oracle_read_memory(0, ENTRY, entry, sizeof entry);
    assert_int_equal(entry[0x20] & SNP_MDATA_VALID, 0);
    assert_int_equal(swap(SNP_COMMAND_PAGE_SWAP_IN, AWAY, SRC, 0), SEV_STATUS_INVALID_MDATA_ENTRY);
}

static void a_page_comes_back_in_place(void **state)
{
    (void)state;
    assert_int_equal(swap(SNP_COMMAND_PAGE_SWAP_OUT, SRC, AWAY, 0), SEV_STATUS_SUCCESS);
    oracle_read_memory(0, AWAY, page, sizeof page);
    pages_make_pre_guest(&swaps_back);
    oracle_write_memory(0, BACK, page, sizeof page);
    assert_int_equal(swap(SNP_COMMAND_PAGE_SWAP_IN, 0, BACK, SNP_SWAP_IN_PLACE),
                     SEV_STATUS_SUCCESS);
    oracle_read_memory(SNP_ASID, BACK, swaps_opened, SNP_PAGE_BYTES);
    assert_memory_equal(swaps_opened, swaps_plain, SNP_PAGE_BYTES);
}

static void metadata_goes_away_and_comes_back(void **state)
{
    const uint64_t flags = (uint64_t)SNP_SWAP_METADATA << 1 | SNP_SWAP_ROOT_MDATA_EN;

    (void)state;
    assert_int_equal(swap(SNP_COMMAND_PAGE_SWAP_OUT, SRC, AWAY, 0), SEV_STATUS_SUCCESS);
    pages_give(SNP_PAGE(8), false);
    assert_int_equal(swap(SNP_COMMAND_PAGE_SWAP_OUT, MDATA, SNP_PAGE(8), flags),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(swap(SNP_COMMAND_PAGE_SWAP_IN, SNP_PAGE(8), MDATA, flags), SEV_STATUS_SUCCESS);
    pages_make_pre_guest(&swaps_back);
    assert_int_equal(swap(SNP_COMMAND_PAGE_SWAP_IN, AWAY, BACK, 0), SEV_STATUS_SUCCESS);
    oracle_read_memory(SNP_ASID, BACK, swaps_opened, SNP_PAGE_BYTES);
    assert_memory_equal(swaps_opened, swaps_plain, SNP_PAGE_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_page_goes_away_and_comes_back, boot),
        cmocka_unit_test_setup(a_page_comes_back_in_place, boot),
        cmocka_unit_test_setup(metadata_goes_away_and_comes_back, boot),
    };

    return cmocka_run_group_tests_name("SNP swapping under TSME", tests, NULL, NULL);
}
