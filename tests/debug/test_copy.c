/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COPY (section 4.17): bytes, addresses, lengths.
 */
#include <string.h>

#include "tests/common/random.h"
#include "tests/debug/groups.h"
#include "tests/debug/support.h"

#define AREA_SLOT 0u /**< Two slots of guest memory. */
#define AREA_BYTES (2 * SUITE_SLOT_BYTES)

static uint8_t model[AREA_BYTES]; /**< What the guest must see. */
static uint8_t seen[AREA_BYTES];

/** A guest with two slots of random memory. */
static struct debug_guest make_guest(void)
{
    struct debug_guest guest;

    to_init();
    guest.handle = launch_active(0);
    guest.asid = guest_status(guest.handle).asid;
    fill(model, sizeof model, 7);
    guest_write(guest.asid, suite_slot(AREA_SLOT), model, sizeof model);
    return guest;
}

/** COPY from one offset in the area to another. */
static int copy(struct debug_guest guest, uint32_t from, uint32_t to, uint32_t length)
{
    struct sev_copy parameters = {
        .handle = guest.handle,
        .length = length,
        .src_paddr = suite_slot(AREA_SLOT) + from,
        .dst_paddr = suite_slot(AREA_SLOT) + to,
    };

    return RUN(COPY, &parameters);
}

static void check_area(struct debug_guest guest)
{
    guest_read(guest.asid, suite_slot(AREA_SLOT), seen, sizeof seen);
    assert_memory_equal(seen, model, sizeof seen);
}

/** Every pair of places in a page, a few lengths across page ends. */
static void all_alignments(void **state)
{
    static const uint32_t places[] = {0x000, 0x010, 0x020, 0x7F0, 0x800, 0xFE0, 0xFF0};
    static const uint32_t lengths[] = {0x10, 0x20, 0xFF0, 0x1000, 0x1010, 0x2FF0};
    const size_t count = sizeof places / sizeof places[0];
    const struct debug_guest guest = make_guest();

    (void)state;
    for (size_t i = 0; i < count * count * sizeof lengths / sizeof lengths[0]; i++) {
        const uint32_t from = places[i % count];
        const uint32_t to = 0x8000 + places[i / count % count];
        const uint32_t length = lengths[i / count / count];

        assert_status(copy(guest, from, to, length), SUCCESS);
        memmove(model + to, model + from, length);
        fill(model + from, length, (unsigned)i);
        guest_read(guest.asid, suite_slot(AREA_SLOT) + to - 0x10, seen, length + 0x20);
        assert_memory_equal(seen, model + to - 0x10, length + 0x20);
        guest_write(guest.asid, suite_slot(AREA_SLOT) + from, model + from, length);
    }
    check_area(guest);
}

/** Random copies, overlaps included, which must change nothing. */
static void random_copies(void **state)
{
    struct random_state random = {program_settings.seed};
    const struct debug_guest guest = make_guest();
    const uint32_t rounds = suite.quick ? 100 : 400;

    (void)state;
    for (uint32_t i = 0; i < rounds; i++) {
        const uint32_t length = 16 * (1 + random_below(&random, 0x300));
        const uint32_t from = 16 * random_below(&random, (AREA_BYTES - length) / 16);
        const uint32_t to = 16 * random_below(&random, (AREA_BYTES - length) / 16);
        const bool overlap = from < to + length && to < from + length;

        assert_status_is(copy(guest, from, to, length),
                         overlap ? SEV_STATUS_INVALID_ADDRESS : SEV_STATUS_SUCCESS);
        if (!overlap) {
            memcpy(model + to, model + from, length);
        }
    }
    check_area(guest);
}

static void large_copies_work(void **state)
{
    static uint8_t large[0x200000];
    static uint8_t read[sizeof large];
    const struct debug_guest guest = make_guest();
    const uint64_t from = suite.high_base + 0x10;
    const uint64_t to = suite.high_base + 0x800000 + 0x7F0;
    struct sev_copy parameters = {
        .handle = guest.handle, .length = sizeof large, .src_paddr = from, .dst_paddr = to};

    (void)state;
    fill(large, sizeof large, 3);
    guest_write(guest.asid, from, large, sizeof large);
    assert_status(RUN(COPY, &parameters), SUCCESS);
    guest_read(guest.asid, to, read, sizeof read);
    assert_memory_equal(read, large, sizeof large);
    guest_read(guest.asid, from, read, sizeof read);
    assert_memory_equal(read, large, sizeof large);
}

static void lengths_are_whole_blocks(void **state)
{
    static const uint32_t bad[] = {0, 1, 8, 15, 17, 0xFFF, 0x1001, 0x7FFFFFFF, UINT32_MAX};
    const struct debug_guest guest = make_guest();

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct sev_copy parameters = {
            .handle = guest.handle,
            .length = bad[i],
            .src_paddr = suite_slot(0),
            .dst_paddr = suite_slot(1),
        };

        assert_unmoved(COPY, &parameters, INVALID_LENGTH);
    }
}

static void addresses_are_checked(void **state)
{
    const struct debug_guest guest = make_guest();
    const struct sev_copy good = {
        .handle = guest.handle,
        .length = 0x40,
        .src_paddr = suite_slot(0),
        .dst_paddr = suite_slot(1),
    };
    const uint64_t bad[] = {
        suite_slot(2) + 1,
        suite_slot(2) + 8,
        suite_slot(2) + 15,
        suite.low_end - 0x30,
        suite.low_end,
        suite.high_base - 0x30,
        suite.high_end - 0x30,
        UINT64_MAX & ~0xFull,
        suite.board.command_paddr & ~0xFull,
        (1ull << 62) | suite_slot(2),
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct sev_copy parameters = good;

        parameters.src_paddr = bad[i];
        assert_unmoved(COPY, &parameters, INVALID_ADDRESS);
        parameters = good;
        parameters.dst_paddr = bad[i];
        assert_unmoved(COPY, &parameters, INVALID_ADDRESS);
    }
    for (int64_t distance = -0x30; distance <= 0x30; distance += 0x10) {
        struct sev_copy parameters = good;

        parameters.dst_paddr = good.src_paddr + (uint64_t)distance;
        assert_unmoved(COPY, &parameters, INVALID_ADDRESS);
        /* The C-bit does not make it another address. */
        parameters.dst_paddr |= 1ull << suite.machine.c_bit;
        assert_unmoved(COPY, &parameters, INVALID_ADDRESS);
    }
    to_init_es();
    struct sev_copy parameters = good;

    parameters.handle = launch_active(0);
    parameters.dst_paddr = suite.tmr + 0x40;
    assert_unmoved(COPY, &parameters, INVALID_ADDRESS);
    parameters.dst_paddr = suite_slot(1);
    parameters.src_paddr = suite.tmr - 0x10;
    assert_unmoved(COPY, &parameters, INVALID_ADDRESS);
}

static void every_state_but_sent_can_copy(void **state)
{
    (void)state;
    for (uint32_t guest_state = SEV_GUEST_LUPDATE; guest_state < SEV_GUEST_SENT; guest_state++) {
        struct debug_guest guest;

        to_init();
        guest.handle = guest_in_state((enum sev_guest_state)guest_state, true);
        guest.asid = guest_status(guest.handle).asid;
        fill(model, 64, guest_state);
        guest_write(guest.asid, suite_slot(0), model, 64);
        assert_status(copy(guest, 0, 0x1230, 64), SUCCESS);
        guest_read(guest.asid, suite_slot(0) + 0x1230, seen, 64);
        assert_memory_equal(seen, model, 64);
        assert_int_equal(guest_status(guest.handle).state, guest_state);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_alignments),        cmocka_unit_test(random_copies),
    cmocka_unit_test(large_copies_work),     cmocka_unit_test(lengths_are_whole_blocks),
    cmocka_unit_test(addresses_are_checked), cmocka_unit_test(every_state_but_sent_can_copy),
};

PROGRAM_GROUP(copy, tests);
