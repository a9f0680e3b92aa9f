/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SWAP_OUT and SWAP_IN as the tests use them (swaps.h).
 */
#include "tests/debug/swaps.h"

struct debug_guest swaps_guest(void)
{
    struct sev_measurement measurement;
    struct debug_guest guest;

    guest.handle = launch_active(0);
    guest.asid = guest_status(guest.handle).asid;
    measure(guest.handle, &measurement);
    finish(guest.handle);
    return guest;
}

struct sev_swap_out swaps_out(uint32_t handle, uint32_t flags)
{
    return (struct sev_swap_out){
        .handle = handle,
        .flags = flags,
        .src_paddr = SWAPS_PAGE,
        .dst_paddr = SWAPS_SEALED,
        .mdata_paddr = SWAPS_METADATA,
        .software_data = SWAPS_SOFTWARE_DATA,
    };
}

struct sev_swap_in swaps_in(uint32_t handle, uint32_t flags)
{
    return (struct sev_swap_in){
        .handle = handle,
        .flags = flags,
        .src_paddr = SWAPS_SEALED,
        .dst_paddr = SWAPS_RETURNED,
        .mdata_paddr = SWAPS_METADATA,
    };
}

struct sev_swap_metadata *swaps_metadata(void)
{
    return suite_at(SWAPS_METADATA, sizeof(struct sev_swap_metadata));
}

void swaps_out_random(struct debug_guest guest, uint8_t page[SEV_PAGE_4K_BYTES])
{
    static unsigned seed = 5000;
    struct sev_swap_out parameters = swaps_out(guest.handle, 0);

    fill(page, SEV_PAGE_4K_BYTES, seed++);
    guest_write(guest.asid, SWAPS_PAGE, page, SEV_PAGE_4K_BYTES);
    assert_status(RUN(SWAP_OUT, &parameters), SUCCESS);
}

void assert_page(struct debug_guest guest, uint64_t paddr, const uint8_t *page)
{
    uint8_t seen[SEV_PAGE_4K_BYTES];

    guest_read(guest.asid, paddr, seen, sizeof seen);
    assert_memory_equal(seen, page, sizeof seen);
}
