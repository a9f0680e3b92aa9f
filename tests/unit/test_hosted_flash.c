/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flash model that the power-cut tests trust: NOR's rules, operations that the power fails in,
 * and a device that reports errors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hal/flash.h"
#include "hal/hosted/hosted.h"

#define SECTOR ((size_t)HAL_FLASH_SECTOR_BYTES)

static uint8_t zeros[4096];

static int reset_board(void **state)
{
    (void)state;
    hosted_reset();
    return 0;
}

static int program_zeros(void *length)
{
    return hal_flash_program(0, zeros, *(size_t *)length) ? 1 : 0;
}

static int erase_first(void *unused)
{
    (void)unused;
    return hal_flash_erase(0) ? 1 : 0;
}

static size_t count_bytes(const uint8_t *flash, size_t length, uint8_t value)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++) {
        count += flash[i] == value ? 1 : 0;
    }
    return count;
}

static void new_flash_is_erased(void **state)
{
    (void)state;
    assert_int_equal(count_bytes(hosted_flash(), HOSTED_FLASH_BYTES, 0xFF), HOSTED_FLASH_BYTES);
}

static void programming_only_clears_bits(void **state)
{
    const uint8_t first[8] = {0xF0, 0xFF, 0x0F, 0xFF, 0xAA, 0xFF, 0xFF, 0x00};
    const uint8_t second[8] = {0x30, 0xFF, 0xFF, 0x55, 0x55, 0xFF, 0xFF, 0x00};
    uint8_t found[8];

    (void)state;
    assert_true(hal_flash_program(16, first, 8));
    assert_int_equal(hosted_flash_violations(), 0);
    assert_true(hal_flash_program(16, second, 8));
    hal_flash_read(16, found, 8);
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(found[i], first[i] & second[i]);
    }
    assert_int_equal(hosted_flash_violations(), 2); /* Bytes 2 and 4 had bits to set. */
}

static void erase_sets_one_sector_only(void **state)
{
    (void)state;
    memset(hosted_flash(), 0x5A, HOSTED_FLASH_BYTES);
    assert_true(hal_flash_erase(HAL_FLASH_SECTOR_BYTES));
    assert_int_equal(count_bytes(hosted_flash(), SECTOR, 0x5A), SECTOR);
    assert_int_equal(count_bytes(hosted_flash() + SECTOR, SECTOR, 0xFF), SECTOR);
    assert_int_equal(count_bytes(hosted_flash() + 2 * SECTOR, 2 * SECTOR, 0x5A), 2 * SECTOR);
}

static void operations_are_counted_in_units(void **state)
{
    (void)state;
    assert_true(hal_flash_erase(0));
    assert_int_equal(hosted_flash_operations(), 1);
    assert_true(hal_flash_program(0, zeros, 64));
    assert_int_equal(hosted_flash_operations(), 9);
    hosted_flash_set_unit(2048);
    assert_true(hal_flash_program(2040, zeros, 16)); /* Crosses from one unit into the next. */
    assert_int_equal(hosted_flash_operations(), 11);
}

static void power_cut_tears_the_chosen_word(void **state)
{
    size_t length = 64;
    size_t partly = 0;

    (void)state;
    for (uint64_t operation = 1; operation <= 8; operation++) {
        hosted_reset();
        hosted_power_cut_after(operation);
        assert_int_equal(hosted_boot(program_zeros, &length, NULL), HOSTED_POWER_CUT);
        const size_t done = 8 * (size_t)(operation - 1);
        assert_int_equal(count_bytes(hosted_flash(), done, 0x00), done);
        assert_int_equal(count_bytes(hosted_flash() + done + 8, SECTOR - done - 8, 0xFF),
                         SECTOR - done - 8);
        partly += 8 - count_bytes(hosted_flash() + done, 8, 0x00) -
                  count_bytes(hosted_flash() + done, 8, 0xFF);
    }
    assert_true(partly > 32); /* Nearly all of the 64 torn bytes are neither old nor new. */
}

static void flash_survives_the_cut_and_the_next_boot_completes(void **state)
{
    size_t length = 64;
    int result = 0;

    (void)state;
    hosted_power_cut_after(5);
    assert_int_equal(hosted_boot(program_zeros, &length, &result), HOSTED_POWER_CUT);
    assert_int_equal(result, 0);
    assert_int_equal(count_bytes(hosted_flash(), 32, 0x00), 32);
    assert_int_equal(hosted_boot(program_zeros, &length, &result), HOSTED_RETURNED);
    assert_int_equal(result, 1);
    assert_int_equal(count_bytes(hosted_flash(), 64, 0x00), 64);
}

static void torn_buffered_write_leaves_both_prefixes_and_gaps(void **state)
{
    size_t length = 2048;
    size_t prefixes = 0;
    size_t gaps = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 32; seed++) {
        hosted_reset();
        hosted_flash_set_unit(2048);
        hosted_power_cut_seed(seed);
        hosted_power_cut_after(1);
        assert_int_equal(hosted_boot(program_zeros, &length, NULL), HOSTED_POWER_CUT);
        const size_t done = count_bytes(hosted_flash(), 2048, 0x00);
        const size_t first =
            (size_t)((const uint8_t *)memchr(hosted_flash(), 0xFF, 4096) - hosted_flash());
        assert_true(done < 2048);
        if (done < first + 8) {
            prefixes++;
        } else {
            gaps++;
        }
    }
    assert_true(prefixes > 3);
    assert_true(gaps > 3);
}

static void torn_erase_leaves_the_sector_in_many_ways_and_others_alone(void **state)
{
    size_t kept = 0;
    size_t cleared = 0;
    size_t mixed = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        hosted_reset();
        memset(hosted_flash(), 0x5A, HOSTED_FLASH_BYTES);
        hosted_power_cut_seed(seed);
        hosted_power_cut_after(1);
        assert_int_equal(hosted_boot(erase_first, NULL, NULL), HOSTED_POWER_CUT);
        const size_t blank = count_bytes(hosted_flash(), SECTOR, 0xFF);
        const size_t zero = count_bytes(hosted_flash(), SECTOR, 0x00);
        const size_t old = count_bytes(hosted_flash(), SECTOR, 0x5A);
        assert_true(blank < SECTOR);
        kept += blank > 0 && blank + old == SECTOR ? 1 : 0;
        cleared += zero > 0 && zero + old == SECTOR ? 1 : 0;
        mixed += blank + zero + old < SECTOR ? 1 : 0;
        assert_int_equal(count_bytes(hosted_flash() + SECTOR, 3 * SECTOR, 0x5A), 3 * SECTOR);
    }
    assert_true(kept > 0);
    assert_true(cleared > 0);
    assert_true(mixed > 0);
}

static void torn_state_repeats_with_the_seed(void **state)
{
    static uint8_t first[SECTOR];

    (void)state;
    for (int run = 0; run < 2; run++) {
        hosted_reset();
        hosted_power_cut_seed(7);
        hosted_power_cut_after(1);
        assert_int_equal(hosted_boot(erase_first, NULL, NULL), HOSTED_POWER_CUT);
        if (run == 0) {
            memcpy(first, hosted_flash(), SECTOR);
        }
    }
    assert_memory_equal(first, hosted_flash(), SECTOR);
}

static void failing_device_changes_nothing(void **state)
{
    (void)state;
    hosted_flash_fail_after(3);
    assert_false(hal_flash_program(0, zeros, 32)); /* Two words were done before the third. */
    assert_int_equal(count_bytes(hosted_flash(), 32, 0x00), 16);
    assert_false(hal_flash_erase(0));
    assert_int_equal(count_bytes(hosted_flash(), 32, 0x00), 16);
    hosted_flash_fail_after(0);
    assert_true(hal_flash_erase(0));
    assert_int_equal(count_bytes(hosted_flash(), 32, 0xFF), 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(new_flash_is_erased, reset_board),
        cmocka_unit_test_setup(programming_only_clears_bits, reset_board),
        cmocka_unit_test_setup(erase_sets_one_sector_only, reset_board),
        cmocka_unit_test_setup(operations_are_counted_in_units, reset_board),
        cmocka_unit_test_setup(power_cut_tears_the_chosen_word, reset_board),
        cmocka_unit_test_setup(flash_survives_the_cut_and_the_next_boot_completes, reset_board),
        cmocka_unit_test_setup(torn_buffered_write_leaves_both_prefixes_and_gaps, reset_board),
        cmocka_unit_test_setup(torn_erase_leaves_the_sector_in_many_ways_and_others_alone,
                               reset_board),
        cmocka_unit_test_setup(torn_state_repeats_with_the_seed, reset_board),
        cmocka_unit_test_setup(failing_device_changes_nothing, reset_board),
    };

    return cmocka_run_group_tests_name("hosted flash", tests, NULL, NULL);
}
