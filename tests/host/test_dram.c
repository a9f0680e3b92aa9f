/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where memory lies, and how it is handed out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "host/lib/dram.h"
#include "host/lib/fabric.h"

#define MIB 0x100000ull
#define GIB 0x40000000ull
#define DRAM_BYTES (8 * MIB)

static uint8_t *bytes;
static uint8_t *fabric;
static struct dram dram;

static int set_up(void **state)
{
    (void)state;
    const struct fabric_options options = FABRIC_DEFAULT_OPTIONS;
    bytes = calloc(1, DRAM_BYTES);
    fabric = calloc(1, FABRIC_FILE_BYTES);
    assert_non_null(bytes);
    assert_non_null(fabric);
    fabric_configure(fabric, &options, DRAM_BYTES);
    dram_open(&dram, bytes, DRAM_BYTES, fabric_configuration(fabric));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(fabric);
    free(bytes);
    return 0;
}

static void memory_lies_on_both_sides_of_the_hole(void **state)
{
    (void)state;
    assert_ptr_equal(dram_pointer(&dram, 0, 1), bytes);
    assert_ptr_equal(dram_pointer(&dram, 4 * MIB - 1, 1), bytes + 4 * MIB - 1);
    assert_ptr_equal(dram_pointer(&dram, 4 * GIB, 4 * MIB), bytes + 4 * MIB);
    assert_null(dram_pointer(&dram, 4 * MIB, 1));
    assert_null(dram_pointer(&dram, 4 * MIB - 1, 2));
    assert_null(dram_pointer(&dram, 4 * GIB - 1, 2));
    assert_null(dram_pointer(&dram, 4 * GIB + 4 * MIB, 1));
    assert_null(dram_pointer(&dram, UINT64_MAX, 2));
    assert_null(dram_pointer(&dram, 1, UINT64_MAX));
}

static void without_configuration_memory_starts_at_zero(void **state)
{
    (void)state;
    struct dram plain;
    dram_open(&plain, bytes, DRAM_BYTES, NULL);
    assert_ptr_equal(dram_pointer(&plain, DRAM_BYTES - 16, 16), bytes + DRAM_BYTES - 16);
    assert_null(dram_pointer(&plain, DRAM_BYTES - 16, 17));
}

/* Nothing is written there: only addresses are computed. */
static void without_configuration_large_memory_has_a_hole(void **state)
{
    (void)state;
    struct dram plain;
    dram_open(&plain, bytes, 0xB0000000, NULL);
    assert_ptr_equal(dram_pointer(&plain, 0xB0000000 - 16, 16), bytes + 0xB0000000 - 16);
    dram_open(&plain, bytes, 4 * GIB, NULL);
    assert_null(dram_pointer(&plain, 2 * GIB, 1));
    assert_ptr_equal(dram_pointer(&plain, 4 * GIB, 2 * GIB), bytes + 2 * GIB);
    assert_null(dram_pointer(&plain, 6 * GIB, 1));
}

/* The firmware knows no memory then: nor does its client. */
static void impossible_configuration_has_no_memory(void **state)
{
    (void)state;
    struct dram none;
    struct fabric_config impossible = *fabric_configuration(fabric);
    impossible.ranges[1].length += DRAM_PAGE_BYTES;
    dram_open(&none, bytes, DRAM_BYTES, &impossible);
    assert_null(dram_pointer(&none, 0, 1));
    assert_int_equal(dram_allocate(&none, 0, 16, 0), 0);
    impossible.range_count = FABRIC_RANGES_MAX + 1;
    dram_open(&none, bytes, DRAM_BYTES, &impossible);
    assert_null(dram_pointer(&none, 0, 1));
    impossible.magic = 0;
    dram_open(&none, bytes, DRAM_BYTES, &impossible);
    assert_ptr_equal(dram_pointer(&none, 0, DRAM_BYTES), bytes);
}

static void allocations_are_aligned_and_do_not_overlap(void **state)
{
    (void)state;
    uint64_t first = dram_allocate(&dram, 0, 1, 0);
    uint64_t second = dram_allocate(&dram, 0, 4097, 0x10000);
    uint64_t third = dram_allocate(&dram, 0, 16, 0);
    assert_int_equal(first, MIB);
    assert_int_equal(second, MIB + 0x10000);
    assert_int_equal(third, second + 0x2000);
    assert_int_equal(dram_allocate(&dram, 1, 4096, 0), 4 * GIB);
    assert_int_equal(dram_allocate(&dram, 0, 4 * MIB, 0), 0);
    assert_int_equal(dram_allocate(&dram, 2, 16, 0), 0);
    assert_int_equal(dram_allocate(&dram, 0, 0, 0), 0);
    assert_int_equal(dram_allocate(&dram, 0, UINT64_MAX, 0), 0);
    dram_keep_all(&dram);
    assert_int_equal(dram_allocate(&dram, 0, 16, 0), third + 0x1000);
    dram_free_all(&dram);
    assert_int_equal(dram_allocate(&dram, 0, 16, 0), third + 0x1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(memory_lies_on_both_sides_of_the_hole),
        TEST(without_configuration_memory_starts_at_zero),
        TEST(without_configuration_large_memory_has_a_hole),
        TEST(impossible_configuration_has_no_memory),
        TEST(allocations_are_aligned_and_do_not_overlap),
    };
    return cmocka_run_group_tests_name("dram", tests, NULL, NULL);
}
