/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power fails at each flash operation of a commit (firmware/platform/rollback.h). After the next
 * boot the floor is exactly the old or exactly the new one, and once a commit has ended it is never
 * the old one again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/random.h"
#include "crypto/self_test.h"
#include "firmware/platform/chip.h"
#include "firmware/platform/rollback.h"

#include "tests/unit/firmware_board.h"

#define RUNNING 100u
#define SEEDS 4u
#define ROLLBACK_RECORD (4u * HAL_FLASH_SECTOR_BYTES + 0x20u) /**< The first, in its bank. */
#define STOPPED 1                                             /**< The firmware would not start. */

static uint8_t remembered[HOSTED_FLASH_BYTES];
static uint32_t found;
static uint64_t cut_at;

/** Starts as the firmware does. @return 0 or STOPPED */
static int start(void)
{
    crypto_start();
    return crypto_random_start() && chip_start(0) == NULL && rollback_start(RUNNING) == NULL
               ? 0
               : STOPPED;
}

static int run_commit(void *context)
{
    const uint32_t *version = context;
    const struct rollback_floor floor = {.security_version = *version, .tcb = *version};

    if (start() != 0) {
        return STOPPED;
    }
    hosted_power_cut_after(cut_at);
    return rollback_commit(&floor) == SEV_STATUS_SUCCESS ? 0 : STOPPED + 1;
}

static int run_look(void *context)
{
    (void)context;
    if (start() != 0 || rollback_committed()->tcb != rollback_committed()->security_version) {
        return -STOPPED;
    }
    return (int)rollback_committed()->security_version;
}

/** Boots, and fails the test when the firmware does not start. @return the floor */
static uint32_t look(void)
{
    int result = 0;

    assert_int_equal(hosted_boot(run_look, NULL, &result), HOSTED_RETURNED);
    if (result < 0) {
        fail_msg("the firmware does not start after a cut in operation %u", (unsigned int)cut_at);
    }
    return (uint32_t)result;
}

/** Commits a version with the power cut armed. @return how the boot ended */
static enum hosted_ending commit(uint32_t version)
{
    int result = 0;
    const enum hosted_ending ending = hosted_boot(run_commit, &version, &result);

    hosted_power_cut_after(0);
    assert_int_equal(result, 0);
    return ending;
}

/** Cuts the power in every operation of the commit of @p version, over @p version - 1. */
static void cut_everywhere(uint32_t version)
{
    uint64_t operations = hosted_flash_operations();

    memcpy(remembered, hosted_flash(), sizeof(remembered));
    cut_at = 0;
    assert_int_equal(commit(version), HOSTED_RETURNED);
    operations = hosted_flash_operations() - operations;
    assert_true(operations > 2);
    assert_int_equal(look(), version);
    for (uint64_t operation = 1; operation <= operations; operation++) {
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            memcpy(hosted_flash(), remembered, sizeof(remembered));
            hosted_power_cut_seed(seed);
            cut_at = operation;
            assert_int_equal(commit(version), HOSTED_POWER_CUT);
            found = look();
            assert_true(found == version || found == version - 1);
            assert_int_equal(look(), found); /* And it stays. */
            cut_at = 0;
            assert_int_equal(commit(version), HOSTED_RETURNED);
            assert_int_equal(look(), version);
        }
    }
    assert_int_equal(hosted_flash_violations(), 0);
}

static void every_commit_is_whole_or_not_there(void **state)
{
    (void)state;
    hosted_reset();
    hosted_flash_set_unit(8);
    for (uint32_t version = 1; version <= 3; version++) {
        cut_everywhere(version);
    }
}

/** The sectors lie where older images of the bank have a hole of zeros. */
static void first_commit_over_zeros(void **state)
{
    (void)state;
    hosted_reset();
    hosted_flash_set_unit(8);
    memset(hosted_flash(), 0, HOSTED_FLASH_BYTES);
    cut_everywhere(1);
}

/**
 * The flash fails in the commit after one that a power cut had ended before it was whole: the mark
 * that everything is being erased may stay. The commit after that one lasts all the same.
 */
static void commit_after_a_failure_is_not_erased(void **state)
{
    const struct rollback_floor floor = {.security_version = 5, .tcb = 5};
    uint64_t failed = 0;

    (void)state;
    for (uint64_t operation = 1; operation == failed + 1; operation++) {
        (void)board_boot(NULL);
        assert_null(rollback_start(RUNNING));
        memset(hosted_flash() + ROLLBACK_RECORD, 0x12, 16); /* Not blank, and not committed. */
        hosted_flash_fail_after(operation);
        failed += rollback_commit(&floor) != SEV_STATUS_SUCCESS ? 1 : 0;
        hosted_flash_fail_after(0);
        assert_int_equal(rollback_commit(&floor), SEV_STATUS_SUCCESS);
        assert_null(rollback_start(RUNNING));
        assert_int_equal(rollback_committed()->security_version, 5);
    }
    assert_true(failed > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_commit_is_whole_or_not_there),
        cmocka_unit_test(first_commit_over_zeros),
        cmocka_unit_test(commit_after_a_failure_is_not_erased),
    };

    return cmocka_run_group_tests_name("power cuts in commits", tests, NULL, NULL);
}
