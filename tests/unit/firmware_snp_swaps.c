/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest whose pages are swapped, on the Linux board (firmware_snp_swaps.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "firmware/bulk.h"

#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_swaps.h"

uint8_t swaps_plain[SNP_PAGE_2M_BYTES];
uint8_t swaps_opened[SNP_PAGE_2M_BYTES];

const struct pages_place swaps_source = {SRC, GPA, SNP_ASID, false};
const struct pages_place swaps_back = {BACK, GPA, SNP_ASID, false};

enum sev_status swaps_md_init(uint64_t gctx, uint64_t page)
{
    struct snp_page_md_init parameters = {gctx, page};

    return board_command(SNP_COMMAND_PAGE_MD_INIT, &parameters, sizeof parameters);
}

struct snp_mdata_entry *swaps_entry(uint64_t paddr)
{
    return (struct snp_mdata_entry *)(void *)board_dram(paddr);
}

struct snp_page_swap swaps_of(uint64_t from, uint64_t to, uint64_t flags)
{
    return (struct snp_page_swap){.gctx_paddr = GCTX,
                                  .src_paddr = from,
                                  .dst_paddr = to,
                                  .mdata_paddr = ENTRY,
                                  .flags = flags};
}

enum sev_status swaps_out(uint64_t from, uint64_t to, uint64_t flags)
{
    struct snp_page_swap parameters = swaps_of(from, to, flags);

    parameters.software_data = SOFTWARE_DATA;
    return board_command(SNP_COMMAND_PAGE_SWAP_OUT, &parameters, sizeof parameters);
}

enum sev_status swaps_in(uint64_t from, uint64_t to, uint64_t flags)
{
    struct snp_page_swap parameters = swaps_of(from, to, flags);

    return board_command(SNP_COMMAND_PAGE_SWAP_IN, &parameters, sizeof parameters);
}

/** The bulk buffer is where plaintext was. */
void swaps_nothing_is_left(void)
{
    for (uint32_t i = 0; i < BULK_BYTES; i++) {
        assert_int_equal(bulk_buffer[i], 0);
    }
}

/** A guest with a Metadata page, and a page that it uses. */
int swaps_boot(void **state)
{
    (void)pages_boot(state);
    for (size_t i = 0; i < sizeof swaps_plain; i++) {
        swaps_plain[i] = (uint8_t)(i * 31u + i / 4096u);
    }
    pages_make_guest(GCTX, SNP_ASID, 0);
    pages_give(MDATA, false);
    assert_int_equal(swaps_md_init(GCTX, MDATA), SEV_STATUS_SUCCESS);
    pages_give(AWAY, false);
    pages_make_guest_valid(&swaps_source);
    pages_adjust(&swaps_source, RMP_PERMISSION_READ | RMP_PERMISSION_WRITE, false);
    oracle_write_memory(SNP_ASID, SRC, swaps_plain, SNP_PAGE_BYTES);
    pages_freeze(&swaps_source);
    return 0;
}

int swaps_boot_away(void **state)
{
    (void)swaps_boot(state);
    assert_int_equal(swaps_out(SRC, AWAY, 0), SEV_STATUS_SUCCESS);
    pages_make_pre_guest(&swaps_back);
    return 0;
}
