/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The anti-rollback floor (firmware/platform/rollback.h): it rises, never falls, outlives every way
 * of erasing the identity, and whatever cannot be trusted stops the firmware.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/rollback.h"
#include "firmware/platform/store.h"

#include "tests/unit/firmware_board.h"

#define SECTOR ((size_t)HAL_FLASH_SECTOR_BYTES)
#define FIRST 4u /* Of the three sectors. */
#define RECORD_OFFSET 0x20u
#define RECORD_BYTES STORE_RECORD_BYTES(0x18)
#define RUNNING 9u

static const struct rollback_floor floor_5 = {
    .security_version = 5,
    .api_major = 1,
    .api_minor = 58,
    .build = 3,
    .tcb = 0x0807060504030201ull,
};

/** A new board on which security version RUNNING runs. */
static int boot(void **state)
{
    (void)board_boot(state);
    assert_null(rollback_start(RUNNING));
    return 0;
}

static void commit(const struct rollback_floor *floor)
{
    assert_int_equal(rollback_commit(floor), SEV_STATUS_SUCCESS);
}

static void is_committed(const struct rollback_floor *floor)
{
    assert_memory_equal(rollback_committed(), floor, sizeof(*floor));
}

static uint8_t *sector(uint32_t number)
{
    return hosted_flash() + (FIRST + number) * SECTOR;
}

static void nothing_is_committed_on_a_new_chip(void **state)
{
    const struct rollback_floor none = {.security_version = 0};

    (void)state;
    is_committed(&none);
    assert_int_equal(rollback_minimum(), RUNNING);
    assert_int_equal(hosted_flash_operations(), 0);
    /* What lies behind the first MiB of older images of the bank. */
    memset(hosted_flash(), 0, HOSTED_FLASH_BYTES);
    assert_null(rollback_start(RUNNING));
    is_committed(&none);
    commit(&floor_5);
    assert_null(rollback_start(RUNNING));
    is_committed(&floor_5);
    assert_int_equal(hosted_flash_violations(), 0);
}

static void commits_are_kept_over_resets(void **state)
{
    struct rollback_floor floor = floor_5;

    (void)state;
    for (uint32_t i = 0; i < 4; i++) {
        floor.security_version += i % 2u;
        floor.tcb += 0x100;
        commit(&floor);
        is_committed(&floor);
        assert_null(rollback_start(RUNNING));
        is_committed(&floor);
        assert_int_equal(rollback_minimum(), RUNNING);
    }
    assert_int_equal(hosted_flash_violations(), 0);
}

static void every_part_may_only_rise(void **state)
{
    struct rollback_floor lower[4] = {floor_5, floor_5, floor_5, floor_5};
    const uint64_t operations = hosted_flash_operations();

    (void)state;
    commit(&floor_5);
    assert_true(hosted_flash_operations() > operations);
    hosted_flash_fail_after(1); /* Nothing is written below. */
    lower[0].security_version--;
    assert_int_equal(rollback_commit(&lower[0]), SEV_STATUS_BAD_SVN);
    lower[1].build--;
    assert_int_equal(rollback_commit(&lower[1]), SEV_STATUS_BAD_VERSION);
    lower[2].api_minor--;
    lower[2].build = 200;
    assert_int_equal(rollback_commit(&lower[2]), SEV_STATUS_BAD_VERSION);
    lower[3].api_major--;
    lower[3].api_minor = 200;
    assert_int_equal(rollback_commit(&lower[3]), SEV_STATUS_BAD_VERSION);
    for (uint32_t i = 0; i < 8; i++) {
        struct rollback_floor floor = floor_5;

        floor.tcb -= 1ull << (8 * i); /* One byte is lower, all above it are higher. */
        for (uint32_t above = i + 1; above < 8; above++) {
            floor.tcb += 1ull << (8 * above);
        }
        assert_int_equal(rollback_commit(&floor), SEV_STATUS_BAD_SVN);
    }
    hosted_flash_fail_after(0);
    is_committed(&floor_5);
    commit(&floor_5); /* Again the same. */
    for (uint32_t i = 0; i < 8; i++) {
        struct rollback_floor floor = *rollback_committed();

        floor.tcb += 1ull << (8 * i);
        commit(&floor);
    }
}

static void floor_above_the_running_firmware_is_refused(void **state)
{
    struct rollback_floor floor = floor_5;

    (void)state;
    floor.security_version = RUNNING + 1;
    assert_int_equal(rollback_commit(&floor), SEV_STATUS_INVALID_PARAM);
    floor.security_version = RUNNING;
    commit(&floor);
}

static void older_firmware_does_not_start(void **state)
{
    static const char *const reason = "this firmware is older than what was committed on this chip";

    (void)state;
    commit(&floor_5);
    assert_null(rollback_start(5));
    assert_int_equal(rollback_minimum(), 5);
    assert_string_equal(rollback_start(4), reason);
    assert_int_equal(rollback_minimum(), 5);
    /* The Linux board tells its firmware that it is version 0. */
    assert_string_equal(board_restart(), reason);
}

static void erasing_the_identity_leaves_the_floor(void **state)
{
    (void)state;
    commit(&floor_5);
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_PLATFORM_RESET), SEV_STATUS_SUCCESS);
    hosted_flash()[0x20 + 0x100] ^= 1; /* And INIT, of damaged data. */
    (void)board_init(0);
    assert_null(rollback_start(RUNNING));
    is_committed(&floor_5);
}

static void damage_stops_the_firmware(void **state)
{
    static const char *const reason = "the record of committed versions in flash is damaged";
    const uint64_t erasing = 0x474E495341524556ull;

    (void)state;
    commit(&floor_5);
    commit(&floor_5); /* Now in the second sector; the first must not come back. */
    for (size_t i = 0; i < RECORD_BYTES; i++) {
        sector(1)[RECORD_OFFSET + i] ^= 0x04;
        if (rollback_start(RUNNING) == NULL) {
            fail_msg("byte 0x%zx", i);
        }
        sector(1)[RECORD_OFFSET + i] ^= 0x04;
    }
    assert_null(rollback_start(RUNNING));
    /* Nothing was being erased: there is a record. */
    memcpy(sector(2), &erasing, sizeof(erasing));
    assert_string_equal(rollback_start(RUNNING), reason);
    memset(sector(2), 0xFF, 8);
    assert_null(rollback_start(RUNNING));
    is_committed(&floor_5);
    /* State words that no power cut leaves. */
    memset(sector(0), 0x5A, 8);
    memset(sector(1), 0x5A, 8);
    assert_string_equal(rollback_start(RUNNING), reason);
}

static void identity_is_no_floor(void **state)
{
    (void)state;
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    memcpy(sector(0), hosted_flash(), SECTOR);
    assert_non_null(rollback_start(RUNNING));
}

static void failing_flash_commits_nothing(void **state)
{
    struct rollback_floor floor = floor_5;

    (void)state;
    commit(&floor_5);
    for (uint64_t operation = 1; operation <= 4; operation++) {
        floor.tcb += 1;
        hosted_flash_fail_after(operation);
        assert_int_equal(rollback_commit(&floor), SEV_STATUS_HWERROR_PLATFORM);
        hosted_flash_fail_after(0);
        is_committed(&floor_5);
        assert_null(rollback_start(RUNNING));
        is_committed(&floor_5);
    }
    commit(&floor);
}

#define TEST(name) cmocka_unit_test_setup(name, boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_committed_on_a_new_chip), TEST(commits_are_kept_over_resets),
        TEST(every_part_may_only_rise),           TEST(floor_above_the_running_firmware_is_refused),
        TEST(older_firmware_does_not_start),      TEST(erasing_the_identity_leaves_the_floor),
        TEST(damage_stops_the_firmware),          TEST(identity_is_no_floor),
        TEST(failing_flash_commits_nothing),
    };

    return cmocka_run_group_tests_name("rollback", tests, NULL, NULL);
}
