/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SWAP_OUT and SWAP_IN (section 4.32): pages that come back.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/debug/groups.h"
#include "tests/debug/swaps.h"

#define LARGE_OUT (suite.high_base)
#define LARGE_SEALED (suite.high_base + 0x400000)
#define LARGE_RETURNED (suite.high_base + 0x800000)

static uint8_t page[SEV_PAGE_4K_BYTES];

static void a_page_comes_back_anywhere(void **state)
{
    static const uint8_t zeros[0x1C];
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = swaps_guest();
    struct sev_swap_in in = swaps_in(guest.handle, 0);

    swaps_out_random(guest, page);
    assert_page(guest, SWAPS_PAGE, page);
    assert_int_equal(swaps_metadata()->software_data, SWAPS_SOFTWARE_DATA);
    assert_int_equal(swaps_metadata()->flags, 0);
    assert_memory_equal(swaps_metadata()->reserved, zeros, sizeof zeros);
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_page(guest, SWAPS_RETURNED, page);
    /* Also with both moved by the host, and more than once. */
    memcpy(suite_at(suite_slot(5), sizeof page), suite_at(SWAPS_SEALED, sizeof page), sizeof page);
    memcpy(suite_at(suite_slot(6), 64), swaps_metadata(), 64);
    in.src_paddr = suite_slot(5);
    in.mdata_paddr = suite_slot(6);
    in.dst_paddr = suite_slot(7);
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_page(guest, suite_slot(7), page);
}

static void a_page_comes_back_in_place(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = swaps_guest();
    struct sev_swap_in in = swaps_in(guest.handle, SEV_SWAP_IN_PLACE);

    swaps_out_random(guest, page);
    in.dst_paddr = 1; /* Not looked at. */
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_page(guest, SWAPS_SEALED, page);
}

static void no_iv_comes_twice(void **state)
{
    const uint32_t rounds = 100;
    struct debug_guest guest;
    uint8_t ivs[100][8];
    uint8_t sealed[SEV_PAGE_4K_BYTES];

    (void)state;
    to_init_es();
    guest = swaps_guest();
    fill(page, sizeof page, 1);
    guest_write(guest.asid, SWAPS_PAGE, page, sizeof page);
    for (uint32_t i = 0; i < rounds; i++) {
        struct sev_swap_out out = swaps_out(guest.handle, 0);

        memcpy(sealed, suite_at(SWAPS_SEALED, sizeof sealed), sizeof sealed);
        assert_status(RUN(SWAP_OUT, &out), SUCCESS);
        assert_memory_not_equal(sealed, suite_at(SWAPS_SEALED, sizeof sealed), 16);
        memcpy(ivs[i], swaps_metadata()->iv, sizeof ivs[i]);
        for (uint32_t j = 0; j < i; j++) {
            assert_memory_not_equal(ivs[i], ivs[j], sizeof ivs[i]);
        }
        /* A refused command does not give a number away twice either. */
        out.dst_paddr = out.src_paddr;
        assert_status(RUN(SWAP_OUT, &out), INVALID_ADDRESS);
    }
}

static void large_pages_come_back(void **state)
{
    uint8_t *large = malloc(SEV_PAGE_2M_BYTES);
    uint8_t *seen = malloc(SEV_PAGE_2M_BYTES);
    struct debug_guest guest;

    (void)state;
    assert_non_null(large);
    assert_non_null(seen);
    to_init_es();
    guest = swaps_guest();
    struct sev_swap_out out = swaps_out(guest.handle, SEV_SWAP_PAGE_2M);
    struct sev_swap_in in = swaps_in(guest.handle, SEV_SWAP_PAGE_2M);

    out.src_paddr = LARGE_OUT;
    out.dst_paddr = LARGE_SEALED;
    in.src_paddr = LARGE_SEALED;
    in.dst_paddr = LARGE_RETURNED;
    fill(large, SEV_PAGE_2M_BYTES, 2);
    guest_write(guest.asid, LARGE_OUT, large, SEV_PAGE_2M_BYTES);
    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    assert_int_equal(swaps_metadata()->flags, SEV_SWAP_PAGE_2M);
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    guest_read(guest.asid, LARGE_RETURNED, seen, SEV_PAGE_2M_BYTES);
    assert_memory_equal(seen, large, SEV_PAGE_2M_BYTES);
    in.flags |= SEV_SWAP_IN_PLACE;
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    guest_read(guest.asid, LARGE_SEALED, seen, SEV_PAGE_2M_BYTES);
    assert_memory_equal(seen, large, SEV_PAGE_2M_BYTES);
    free(large);
    free(seen);
}

static void metadata_pages_are_the_hosts(void **state)
{
    const uint32_t flags = SWAPS_TYPE(SEV_SWAP_METADATA);
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = swaps_guest();
    struct sev_swap_out out = swaps_out(guest.handle, flags);
    struct sev_swap_in in = swaps_in(guest.handle, flags);

    fill(suite_at(SWAPS_PAGE, sizeof page), sizeof page, 3);
    memcpy(page, suite_at(SWAPS_PAGE, sizeof page), sizeof page);
    assert_status(RUN(SWAP_OUT, &out), SUCCESS);
    assert_memory_not_equal(suite_at(SWAPS_SEALED, sizeof page), page, 16);
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_memory_equal(suite_at(SWAPS_RETURNED, sizeof page), page, sizeof page);
    in.flags |= SEV_SWAP_IN_PLACE;
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_memory_equal(suite_at(SWAPS_SEALED, sizeof page), page, sizeof page);
}

/** The offline key is the guest's own; it survives another ASID. */
static void pages_belong_to_the_guest_not_to_its_asid(void **state)
{
    struct debug_guest guest;
    uint8_t seen[SEV_PAGE_4K_BYTES];

    (void)state;
    to_init_es();
    guest = swaps_guest();
    struct sev_swap_in in = swaps_in(guest.handle, 0);

    swaps_out_random(guest, page);
    deactivate(guest.handle);
    flush();
    const uint32_t asid = activate(guest.handle);

    assert_int_not_equal(asid, guest.asid);
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    guest_read(asid, SWAPS_RETURNED, seen, sizeof seen);
    assert_memory_equal(seen, page, sizeof page);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_page_comes_back_anywhere),
    cmocka_unit_test(a_page_comes_back_in_place),
    cmocka_unit_test(no_iv_comes_twice),
    cmocka_unit_test(large_pages_come_back),
    cmocka_unit_test(metadata_pages_are_the_hosts),
    cmocka_unit_test(pages_belong_to_the_guest_not_to_its_asid),
};

PROGRAM_GROUP(swap, tests);
