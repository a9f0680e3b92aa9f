/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SWAP_OUT and SWAP_IN (section 4.32): what is refused; memory stays as it is.
 */
#include <string.h>

#include "tests/debug/groups.h"
#include "tests/debug/swaps.h"

static uint8_t page[SEV_PAGE_4K_BYTES];

/** Flips each bit of a byte in turn, or a few; SWAP_IN must refuse each. */
static void flip_byte(struct debug_guest guest, uint8_t *byte, uint32_t bits,
                      enum sev_status expected)
{
    for (uint32_t bit = 0; bit < 8; bit++) {
        if ((bits >> bit & 1) != 0) {
            struct sev_swap_in in = swaps_in(guest.handle, 0);

            *byte ^= (uint8_t)(1u << bit);
            debug_refuse(SEV_COMMAND_SWAP_IN, &in, sizeof in, NULL, expected, __FILE__, __LINE__);
            *byte ^= (uint8_t)(1u << bit);
        }
    }
}

static void every_byte_of_the_entry_counts(void **state)
{
    struct debug_guest guest;
    uint8_t *entry;

    (void)state;
    to_init_es();
    guest = swaps_guest();
    swaps_out_random(guest, page);
    entry = (uint8_t *)swaps_metadata();
    for (size_t i = 0; i < sizeof(struct sev_swap_metadata); i++) {
        /* FLAGS are compared with the command's before the page is looked at. */
        flip_byte(guest, &entry[i], suite.quick ? 0x10 : 0x81,
                  i < offsetof(struct sev_swap_metadata, flags) ? SEV_STATUS_BAD_MEASUREMENT
                                                                : SEV_STATUS_INVALID_PARAM);
    }
    struct sev_swap_in in = swaps_in(guest.handle, 0);

    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    assert_page(guest, SWAPS_RETURNED, page);
}

static void every_part_of_the_page_counts(void **state)
{
    const size_t step = suite.quick ? 509 : 61;
    struct debug_guest guest;
    uint8_t *sealed;

    (void)state;
    to_init_es();
    guest = swaps_guest();
    swaps_out_random(guest, page);
    sealed = suite_at(SWAPS_SEALED, sizeof page);
    for (size_t i = 0; i < sizeof page; i += step) {
        flip_byte(guest, &sealed[i], 1u << (i % 8), SEV_STATUS_BAD_MEASUREMENT);
    }
    flip_byte(guest, &sealed[sizeof page - 1], 0x80, SEV_STATUS_BAD_MEASUREMENT);
}

/** Other guests cannot open a page, not even one that shares the memory key. */
static void pages_are_of_one_guest(void **state)
{
    struct debug_guest guest;
    struct sev_measurement measurement;
    struct sev_launch_start start;

    (void)state;
    to_init_es();
    guest = swaps_guest();
    const struct debug_guest stranger = swaps_guest();

    start = (struct sev_launch_start){.handle = guest.handle};
    assert_status(RUN(LAUNCH_START, &start), SUCCESS);
    (void)activate(start.handle);
    measure(start.handle, &measurement);
    finish(start.handle);
    swaps_out_random(guest, page);
    struct sev_swap_in in = swaps_in(stranger.handle, 0);

    assert_unmoved(SWAP_IN, &in, BAD_MEASUREMENT);
    in.handle = start.handle;
    assert_unmoved(SWAP_IN, &in, BAD_MEASUREMENT);
    in.handle = guest.handle;
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
}

/** A page and the entry of another one. */
static void entries_fit_one_page(void **state)
{
    struct sev_swap_metadata other;
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = swaps_guest();
    swaps_out_random(guest, page);
    other = *swaps_metadata();
    swaps_out_random(guest, page);
    struct sev_swap_in in = swaps_in(guest.handle, 0);

    *swaps_metadata() = other;
    assert_unmoved(SWAP_IN, &in, BAD_MEASUREMENT);
}

static void unknown_flags_are_refused(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = swaps_guest();
    swaps_out_random(guest, page);
    for (uint32_t bit = 3; bit < 32; bit++) {
        struct sev_swap_out out = swaps_out(guest.handle, 1u << bit);
        struct sev_swap_in in = swaps_in(guest.handle, 1u << bit);

        assert_unmoved(SWAP_OUT, &out, INVALID_PARAM);
        if (bit > 3) {
            swaps_metadata()->flags = 1u << bit;
            assert_unmoved(SWAP_IN, &in, INVALID_PARAM);
            swaps_metadata()->flags = 0;
        }
    }
    for (uint32_t type = SEV_SWAP_METADATA; type <= 3; type++) {
        struct sev_swap_out out = swaps_out(guest.handle, SWAPS_TYPE(type) | SEV_SWAP_PAGE_2M);
        struct sev_swap_in in = swaps_in(guest.handle, SWAPS_TYPE(type) | SEV_SWAP_PAGE_2M);

        assert_unmoved(SWAP_OUT, &out, INVALID_PARAM);
        assert_unmoved(SWAP_IN, &in, INVALID_PARAM);
    }
    struct sev_swap_out out = swaps_out(guest.handle, SWAPS_TYPE(3));
    struct sev_swap_in in = swaps_in(guest.handle, SWAPS_TYPE(3));

    assert_unmoved(SWAP_OUT, &out, INVALID_PARAM);
    assert_unmoved(SWAP_IN, &in, INVALID_PARAM);
    out = swaps_out(guest.handle, SWAPS_TYPE(SEV_SWAP_VMSA));
    in = swaps_in(guest.handle, SWAPS_TYPE(SEV_SWAP_VMSA));
    assert_unmoved(SWAP_OUT, &out, POLICY_FAILURE);
    assert_unmoved(SWAP_IN, &in, POLICY_FAILURE);
}

/** A page that went out as one type or size does not come back as another. */
static void flags_must_be_those_of_the_entry(void **state)
{
    const uint32_t others[] = {SEV_SWAP_PAGE_2M, SWAPS_TYPE(SEV_SWAP_METADATA)};
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = swaps_guest();
    swaps_out_random(guest, page);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct sev_swap_in in = swaps_in(guest.handle, others[i]);

        in.src_paddr = suite.high_base;
        in.dst_paddr = suite.high_base + 2 * SEV_PAGE_2M_BYTES;
        assert_unmoved(SWAP_IN, &in, INVALID_PARAM);
        /* Changing the entry too is no way around. */
        in.src_paddr = others[i] == SEV_SWAP_PAGE_2M ? suite.high_base : SWAPS_SEALED;
        swaps_metadata()->flags = others[i];
        assert_unmoved(SWAP_IN, &in, BAD_MEASUREMENT);
        swaps_metadata()->flags = 0;
    }
}

static void addresses_are_checked(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = swaps_guest();
    swaps_out_random(guest, page);
    const uint64_t bad[] = {
        suite_slot(5) + 16,
        suite_slot(5) + 0x800,
        suite.low_end,
        suite.tmr,
        suite.tmr + SEV_TMR_BYTES - 0x1000,
        suite.high_end,
        UINT64_MAX & ~0xFFFull,
        suite.board.command_paddr,
    };
    const struct sev_swap_out good_out = swaps_out(guest.handle, 0);
    const struct sev_swap_in good_in = swaps_in(guest.handle, 0);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct sev_swap_out out = good_out;
        struct sev_swap_in in = good_in;

        out.src_paddr = bad[i];
        in.src_paddr = bad[i];
        assert_unmoved(SWAP_OUT, &out, INVALID_ADDRESS);
        assert_unmoved(SWAP_IN, &in, INVALID_ADDRESS);
        out = good_out;
        in = good_in;
        out.dst_paddr = bad[i];
        in.dst_paddr = bad[i];
        assert_unmoved(SWAP_OUT, &out, INVALID_ADDRESS);
        assert_unmoved(SWAP_IN, &in, INVALID_ADDRESS);
    }
    const uint64_t overlaps[] = {SWAPS_PAGE,
                                 SWAPS_SEALED,
                                 SWAPS_SEALED + 0xFFF,
                                 SWAPS_PAGE - 0x3F,
                                 suite.board.command_paddr,
                                 suite.tmr};

    for (size_t i = 0; i < sizeof overlaps / sizeof overlaps[0]; i++) {
        struct sev_swap_out out = good_out;

        out.mdata_paddr = overlaps[i];
        assert_unmoved(SWAP_OUT, &out, INVALID_ADDRESS);
    }
    struct sev_swap_in in = good_in;

    in.dst_paddr = in.src_paddr;
    assert_unmoved(SWAP_IN, &in, INVALID_ADDRESS);
    in = good_in;
    in.dst_paddr = SWAPS_METADATA & ~0xFFFull;
    assert_unmoved(SWAP_IN, &in, INVALID_ADDRESS);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_byte_of_the_entry_counts),
    cmocka_unit_test(every_part_of_the_page_counts),
    cmocka_unit_test(pages_are_of_one_guest),
    cmocka_unit_test(entries_fit_one_page),
    cmocka_unit_test(unknown_flags_are_refused),
    cmocka_unit_test(flags_must_be_those_of_the_entry),
    cmocka_unit_test(addresses_are_checked),
};

PROGRAM_GROUP(swap_refused, tests);
