/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fabric's description: every impossible field makes the firmware refuse the whole of it, so that
 * it knows no memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/fabric.h"

#include "tests/unit/firmware_board.h"

#define GIB 0x40000000ull
#define MARK_ASID 77u /* Not the default's: shows that the description was taken. */

static struct fabric_config *described;

static int describe(void **state)
{
    (void)board_boot(state);
    described = board_describe();
    described->max_asid = MARK_ASID;
    described->min_sev_asid = 10;
    return 0;
}

/* Whether the description as it stands is in force. One that is refused leaves no memory, and no
 * default takes its place. */
static bool is_taken(void)
{
    uint64_t offset;
    uint64_t contiguous;

    fabric_latch();
    if (!fabric_is_usable()) {
        assert_int_equal(fabric_config()->range_count, 0);
        assert_false(fabric_find(0, &offset, &contiguous));
        assert_true((fabric_config()->flags & FABRIC_FLAG_WBINVD_REPORTED) != 0);
        return false;
    }
    assert_memory_equal(fabric_config(), described, sizeof(*described));
    return true;
}

static void absent_description_means_a_plain_linux_host(void **state)
{
    (void)state;
    described->magic = 0;
    described->version = 7; /* Nobody has written a description: nothing of it counts. */
    fabric_latch();
    assert_true(fabric_is_usable());
    assert_int_equal(fabric_config()->sockets, 1);
    assert_int_equal(fabric_config()->cores, 1);
    assert_int_equal(fabric_config()->max_asid, 509);
    assert_int_equal(fabric_config()->min_sev_asid, 100);
    assert_int_equal(fabric_config()->flags, 0);
    assert_int_equal(fabric_c_bit_mask(), 1ull << 51);
    assert_int_equal(fabric_config()->range_count, 1);
    assert_int_equal(fabric_config()->ranges[0].length, HOSTED_DRAM_BYTES_DEFAULT);
}

static void large_dram_gets_a_hole_by_default(void **state)
{
    (void)state;
    described->magic = 0;
    hosted_set_dram_bytes(4 * GIB);
    fabric_latch();
    assert_int_equal(fabric_config()->range_count, 2);
    assert_int_equal(fabric_config()->ranges[0].length, 2 * GIB);
    assert_int_equal(fabric_config()->ranges[1].base, 4 * GIB);
    assert_int_equal(fabric_config()->ranges[1].length, 2 * GIB);
    assert_int_equal(fabric_config()->ranges[1].dram_offset, 2 * GIB);
}

static void sane_description_is_taken(void **state)
{
    (void)state;
    assert_true(is_taken());
    described->tsc_khz = 2000000;
    described->flags = FABRIC_FLAG_WBINVD_REPORTED | FABRIC_FLAG_TSME;
    assert_true(is_taken());
}

/** Sets a u32 of the description, and asks whether it is still taken. */
static bool taken_with(size_t offset, uint32_t value)
{
    uint8_t *field = hosted_fabric() + offset;
    uint32_t before;
    bool taken;

    memcpy(&before, field, sizeof(before));
    memcpy(field, &value, sizeof(value));
    taken = is_taken();
    memcpy(field, &before, sizeof(before));
    return taken;
}

#define FIELD(member) offsetof(struct fabric_config, member)

static void limits_of_the_numbers(void **state)
{
    (void)state;
    assert_false(taken_with(FIELD(version), 0));
    assert_false(taken_with(FIELD(version), FABRIC_VERSION - 1));
    assert_false(taken_with(FIELD(version), FABRIC_VERSION + 1));
    assert_false(taken_with(FIELD(sockets), 0));
    assert_true(taken_with(FIELD(sockets), 2));
    assert_false(taken_with(FIELD(sockets), 3));
    assert_false(taken_with(FIELD(cores), 0));
    assert_true(taken_with(FIELD(cores), FABRIC_CORES_MAX));
    assert_false(taken_with(FIELD(cores), FABRIC_CORES_MAX + 1));
    assert_false(taken_with(FIELD(cores), UINT32_MAX));
    assert_false(taken_with(FIELD(min_sev_asid), 0));
    assert_true(taken_with(FIELD(min_sev_asid), 1));
    assert_true(taken_with(FIELD(min_sev_asid), MARK_ASID + 1));
    assert_false(taken_with(FIELD(min_sev_asid), MARK_ASID + 2));
    assert_false(taken_with(FIELD(min_sev_asid), UINT32_MAX));
    assert_false(taken_with(FIELD(c_bit), 31));
    assert_true(taken_with(FIELD(c_bit), 32));
    assert_true(taken_with(FIELD(c_bit), 62));
    assert_false(taken_with(FIELD(c_bit), 63));
    assert_false(taken_with(FIELD(c_bit), 64));
    assert_false(taken_with(FIELD(c_bit), UINT32_MAX));
    assert_false(taken_with(FIELD(range_count), 0));
    assert_false(taken_with(FIELD(range_count), 2)); /* The second range is empty. */
    assert_false(taken_with(FIELD(range_count), FABRIC_RANGES_MAX + 1));
    assert_false(taken_with(FIELD(range_count), UINT32_MAX));
}

static void limits_of_the_asids(void **state)
{
    (void)state;
    described->min_sev_asid = 1;
    assert_false(taken_with(FIELD(max_asid), 0));
    assert_true(taken_with(FIELD(max_asid), 1));
    assert_true(taken_with(FIELD(max_asid), FABRIC_SLOTS_MAX - 1));
    assert_false(taken_with(FIELD(max_asid), FABRIC_SLOTS_MAX));
    assert_false(taken_with(FIELD(max_asid), UINT32_MAX));
}

static void unknown_flags_and_reserved_bytes_are_refused(void **state)
{
    (void)state;
    for (uint32_t bit = 0; bit < 32; bit++) {
        const uint32_t known = FABRIC_FLAG_WBINVD_REPORTED | FABRIC_FLAG_TSME | FABRIC_FLAG_SMT |
                               FABRIC_FLAG_CXL | FABRIC_FLAG_ECC;

        assert_int_equal(taken_with(FIELD(flags), 1u << bit), (known >> bit) & 1u);
    }
    for (size_t i = 0; i < sizeof(described->reserved); i++) {
        described->reserved[i] = 1;
        assert_false(is_taken());
        described->reserved[i] = 0;
    }
    described->ranges[0].reserved = 1ull << 63;
    assert_false(is_taken());
    described->ranges[0].reserved = 0;
    memset(&described->ranges[1], 0xFF, sizeof(described->ranges[1])); /* Not in use. */
    assert_true(is_taken());
}

static void limits_of_the_tsc(void **state)
{
    (void)state;
    assert_true(taken_with(FIELD(tsc_khz), 0));
    assert_false(taken_with(FIELD(tsc_khz), 999));
    assert_true(taken_with(FIELD(tsc_khz), 1000));
    assert_true(taken_with(FIELD(tsc_khz), 100000000));
    assert_false(taken_with(FIELD(tsc_khz), 100000001));
    assert_false(taken_with(FIELD(tsc_khz) + 4, 1));
}

/** Makes range 0 what is given, and asks whether the description is still taken. */
static bool taken_with_range(uint64_t base, uint64_t length, uint64_t dram_offset)
{
    described->ranges[0] =
        (struct fabric_range){.base = base, .length = length, .dram_offset = dram_offset};
    return is_taken();
}

static void limits_of_one_range(void **state)
{
    const uint64_t bytes = hosted_dram_bytes();
    const uint64_t c_bit = 1ull << 51;

    (void)state;
    assert_true(taken_with_range(0, 0x1000, 0));
    assert_true(taken_with_range(c_bit - 0x1000, 0x1000, bytes - 0x1000));
    assert_false(taken_with_range(0, 0, 0));
    assert_false(taken_with_range(0x800, 0x1000, 0));
    assert_false(taken_with_range(0, 0x1800, 0));
    assert_false(taken_with_range(0, 0x1000, 0x800));
    assert_false(taken_with_range(c_bit, 0x1000, 0));
    assert_false(taken_with_range(c_bit - 0x1000, 0x2000, 0));
    assert_false(taken_with_range(UINT64_MAX & ~0xFFFull, 0x1000, 0));
    assert_false(taken_with_range(0x1000, UINT64_MAX & ~0xFFFull, 0));
    assert_false(taken_with_range(0, bytes + 0x1000, 0));
    assert_false(taken_with_range(0, 0x2000, bytes - 0x1000));
    assert_false(taken_with_range(0, 0x1000, bytes));
    assert_false(taken_with_range(0, 0x1000, UINT64_MAX & ~0xFFFull));
}

/** CVE-2024-21944: two addresses for one byte of DRAM. */
static void ranges_may_not_overlap_or_alias(void **state)
{
    (void)state;
    described->range_count = 2;
    described->ranges[0] = (struct fabric_range){.base = 0, .length = 0x4000, .dram_offset = 0};
    described->ranges[1] =
        (struct fabric_range){.base = 0x4000, .length = 0x4000, .dram_offset = 0x4000};
    assert_true(is_taken());
    described->ranges[1].base = 0x3000;
    assert_false(is_taken());
    described->ranges[1].base = 4 * GIB;
    assert_true(is_taken());
    described->ranges[1].dram_offset = 0x3000;
    assert_false(is_taken());
    described->ranges[1].dram_offset = 0;
    assert_false(is_taken());
}

static void find_follows_the_ranges(void **state)
{
    uint64_t offset = 0;
    uint64_t contiguous = 0;

    (void)state;
    described->range_count = 2;
    described->ranges[0] =
        (struct fabric_range){.base = 0x1000, .length = 0x1000, .dram_offset = 0x8000};
    described->ranges[1] =
        (struct fabric_range){.base = 4 * GIB, .length = 0x2000, .dram_offset = 0};
    assert_true(is_taken());
    assert_false(fabric_find(0xFFF, &offset, &contiguous));
    assert_true(fabric_find(0x1000, &offset, &contiguous));
    assert_int_equal(offset, 0x8000);
    assert_int_equal(contiguous, 0x1000);
    assert_true(fabric_find(0x1FFF, &offset, &contiguous));
    assert_int_equal(contiguous, 1);
    assert_false(fabric_find(0x2000, &offset, &contiguous));
    assert_true(fabric_find(4 * GIB + 0x1800, &offset, &contiguous));
    assert_int_equal(offset, 0x1800);
    assert_int_equal(contiguous, 0x800);
    assert_false(fabric_find(4 * GIB + 0x2000, &offset, &contiguous));
}

#define TEST(name) cmocka_unit_test_setup(name, describe)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(absent_description_means_a_plain_linux_host),
        TEST(large_dram_gets_a_hole_by_default),
        TEST(sane_description_is_taken),
        TEST(limits_of_the_numbers),
        TEST(limits_of_the_asids),
        TEST(unknown_flags_and_reserved_bytes_are_refused),
        TEST(limits_of_the_tsc),
        TEST(limits_of_one_range),
        TEST(ranges_may_not_overlap_or_alias),
        TEST(find_follows_the_ranges),
    };

    return cmocka_run_group_tests_name("fabric", tests, NULL, NULL);
}
