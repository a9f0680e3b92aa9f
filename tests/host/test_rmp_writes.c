/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What others see of an instruction that is not done yet: after each single write the table is true
 * for whoever looks at it. And a table that ends meanwhile is left alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/x86/rmp_words.h"
#include "tests/host/rmp_machine.h"
#include "tests/host/rmp_sequence.h"

#define KIB4 0x1000ull
#define REGION RMP_SEQUENCE_REGION
#define PAGES 512u
#define COUNTED 16u /* ASIDs whose counters are looked at. */
#define LOCK (1ull << 63)
#define BOOKKEEPING 0xFFAull /* 2M and SUBPAGES. */
#define WHOLE 3ull           /* ASSIGNED and 2M. */

/* What an entry says of a page, whoever has the lock: the low word, as of a page of 4 KiB. */
static uint64_t seen(uint32_t page)
{
    const uint64_t first = *rmp_machine_words(REGION);
    if ((first & WHOLE) == WHOLE) {
        return (first & ~(LOCK | BOOKKEEPING)) + page * KIB4;
    }
    return *rmp_machine_words(REGION + page * KIB4) & ~(LOCK | BOOKKEEPING);
}

static struct {
    uint64_t before[PAGES];
    uint64_t after[PAGES];
    unsigned looks;
} observed;

static void look_at_all(void)
{
    uint64_t pages[COUNTED] = {0};
    const uint64_t *counters = dram_pointer(&rmp_machine.dram, RMP_MACHINE_TABLE, 8ull * COUNTED);
    observed.looks++;
    for (uint32_t page = 0; page < PAGES; page++) {
        const uint64_t low = seen(page);
        assert_true(low == observed.before[page] || low == observed.after[page]);
        pages[low >> 51 & (COUNTED - 1)] += low & 1;
    }
    for (uint32_t asid = 0; asid < COUNTED; asid++) {
        assert_true(counters[asid] >= pages[asid]);
    }
    const uint64_t first = *rmp_machine_words(REGION);
    uint64_t subpages = 0;
    for (uint32_t page = 1; (first & WHOLE) != WHOLE && page < PAGES; page++) {
        subpages += seen(page) & 1;
    }
    assert_true((first >> 3 & 0x1FF) >= subpages);
}

static void note(uint64_t pages[PAGES])
{
    for (uint32_t page = 0; page < PAGES; page++) {
        pages[page] = seen(page);
    }
}

static void observe(void (*prepare)(void), void (*instruction)(void))
{
    uint8_t *table = rmp_machine.bytes + RMP_MACHINE_TABLE;
    uint8_t *copy = malloc(RMP_MACHINE_TABLE_BYTES);
    assert_non_null(copy);
    memset(table, 0, RMP_MACHINE_TABLE_BYTES);
    prepare();
    memcpy(copy, table, RMP_MACHINE_TABLE_BYTES);
    note(observed.before);
    instruction();
    note(observed.after);
    assert_memory_not_equal(table, copy, RMP_MACHINE_TABLE_BYTES);
    memcpy(table, copy, RMP_MACHINE_TABLE_BYTES);
    free(copy);
    observed.looks = 0;
    x86_rmp_set_access_hook(look_at_all);
    instruction();
    x86_rmp_set_access_hook(NULL);
    look_at_all();
    assert_true(observed.looks > 5);
    assert_int_equal(*rmp_machine_words(REGION) & LOCK, 0);
}

static void each_write_leaves_a_true_table(void **state)
{
    (void)state;
    observe(rmp_nothing, rmp_assign_inner);
    observe(rmp_nothing, rmp_assign_first);
    observe(rmp_nothing, rmp_assign_large);
    observe(rmp_assign_inner, rmp_free_inner);
    observe(rmp_assign_inner, rmp_assign_inner_to_other);
    observe(rmp_assign_first, rmp_free_first);
    observe(rmp_assign_first, rmp_assign_large);
    observe(rmp_assign_large, rmp_free_large);
    observe(rmp_assign_large, rmp_assign_large_to_other);
    observe(rmp_assign_and_validate_large, rmp_smash);
    observe(rmp_assign_inner, rmp_validate_inner);
    observe(rmp_assign_large, rmp_validate_large);
    observe(rmp_assign_and_validate_inner, rmp_make_vmsa);
}

static void stop_enforcing(void)
{
    rmp_machine_place(0, 0, 0);
}

/* The firmware ends the table while an instruction waits for the lock: nothing is written any more. */
static unsigned accesses_until_the_end;

static void end_after_some(void)
{
    if (accesses_until_the_end-- == 0) {
        stop_enforcing();
        memset(rmp_machine.bytes + RMP_MACHINE_TABLE, 0xA8, RMP_MACHINE_TABLE_BYTES);
        *rmp_machine_words(REGION) = 0; /* Not locked, by chance. */
    }
}

static void table_that_ends_is_left_alone(void **state)
{
    (void)state;
    uint8_t *copy = malloc(RMP_MACHINE_TABLE_BYTES);
    assert_non_null(copy);
    memset(copy, 0xA8, RMP_MACHINE_TABLE_BYTES);
    memset(copy + 0x4000 + 16 * (REGION / KIB4), 0, 8);
    for (unsigned i = 0; i < 2; i++) {
        accesses_until_the_end = i;
        x86_rmp_set_access_hook(end_after_some);
        rmp_assign_inner();
        x86_rmp_set_access_hook(NULL);
        assert_memory_equal(rmp_machine.bytes + RMP_MACHINE_TABLE, copy, RMP_MACHINE_TABLE_BYTES);
        rmp_machine_place(RMP_MACHINE_TABLE, RMP_MACHINE_TABLE + RMP_MACHINE_TABLE_BYTES - 1,
                          FABRIC_RMP_ENFORCED);
        memset(rmp_machine.bytes + RMP_MACHINE_TABLE, 0, RMP_MACHINE_TABLE_BYTES);
    }
    free(copy);
}

#define TEST(function)                                                                             \
    cmocka_unit_test_setup_teardown(function, rmp_machine_set_up, rmp_machine_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_write_leaves_a_true_table),
        TEST(table_that_ends_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
