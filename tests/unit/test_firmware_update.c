/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DOWNLOAD_FIRMWARE (firmware/sev/download_firmware.c): which files fit, which are too old, and what
 * the next firmware knows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/firmware.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/update.h"
#include "firmware/request.h"
#include "hal/system.h"

#include "tests/unit/firmware_download.h"

#define BODY_BYTES DOWNLOAD_BODY_BYTES

static uint32_t put_file(uint32_t body_bytes, uint32_t security_version, bool wrapped)
{
    return download_put(&(const struct download_file){
        .body_bytes = body_bytes, .security_version = security_version, .wrapped = wrapped});
}

/* The Linux board answers UNSUPPORTED to what it would otherwise enter. */
static void every_image_that_boots_can_be_downloaded(void **state)
{
    (void)state;
    assert_int_equal(UPDATE_MAXIMUM_BYTES, 0x201300);
    for (int wrapped = 0; wrapped <= 1; wrapped++) {
        const uint32_t length = put_file(IMAGE_BODY_MAX, 0, wrapped != 0);

        assert_int_equal(download_run(length), SEV_STATUS_UNSUPPORTED);
        /* It was accepted: the same with a wrong byte at its end is not. */
        board_dram(DOWNLOAD_PADDR)[length - 1] ^= 1;
        assert_int_equal(download_run(length), SEV_STATUS_BAD_SIGNATURE);
    }
    assert_int_equal(download_run(UPDATE_MAXIMUM_BYTES + 1), SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(download_run(UPDATE_MINIMUM_BYTES - 1), SEV_STATUS_INVALID_LENGTH);
}

static void nothing_below_what_was_committed_is_accepted(void **state)
{
    const struct rollback_floor floor = {.security_version = 5};

    (void)state;
    assert_null(rollback_start(5));
    assert_int_equal(rollback_commit(&floor), SEV_STATUS_SUCCESS);
    assert_non_null(rollback_start(0)); /* As if an older one ran. */
    assert_int_equal(download_run(put_file(BODY_BYTES, 4, true)), SEV_STATUS_BAD_SVN);
    assert_int_equal(download_run(put_file(BODY_BYTES, 5, true)), SEV_STATUS_UNSUPPORTED);
    /* And nothing below what runs. */
    assert_null(rollback_start(6));
    assert_int_equal(download_run(put_file(BODY_BYTES, 5, false)), SEV_STATUS_BAD_SVN);
    assert_int_equal(download_run(put_file(BODY_BYTES, 6, false)), SEV_STATUS_UNSUPPORTED);
    hosted_fuses()->minimum_security_version = 7;
    assert_int_equal(download_run(put_file(BODY_BYTES, 6, false)), SEV_STATUS_BAD_SVN);
}

static void refused_replacement_leaves_nothing_behind(void **state)
{
    (void)state;
    assert_int_equal(download_run(put_file(BODY_BYTES, 0, false)), SEV_STATUS_UNSUPPORTED);
    for (uint32_t i = 0; i < HAL_HANDOVER_RECORD_BYTES; i++) {
        assert_int_equal(hal_handover_records()[i], 0);
    }
}

/* ---- Two firmwares, one after the other: each in a process of its own. ---- */

static uint32_t file_length;

/** What the second firmware finds. */
enum {
    FOUND_OWNER = 1,
    BLOCK_BLANKED = 2,
    RECORDS_LEFT = 4,
    FAILED = 8,
    FOUND_REQUEST = 16,
    FOUND_VERSION = 32,
};
#define FOUND_ALL (FOUND_OWNER | BLOCK_BLANKED | FOUND_REQUEST | FOUND_VERSION)

#define REQUEST 0x0E0001u /* What x86 wrote into CmdResp. */
#define SECURITY_VERSION 3u

/** Externally owned, as far as PLATFORM_STATUS knows, with the identity in an NV block. */
static int run_first(void *unused)
{
    struct identity *draft;

    (void)unused;
    memset(board_dram(BOARD_NV_BLOCK), 0xFF, SEV_NV_BYTES);
    if (firmware_start() != NULL || board_init_ex() != SEV_STATUS_SUCCESS) {
        return FAILED;
    }
    draft = platform_draft();
    draft->owner = IDENTITY_EXTERNALLY_OWNED;
    if (platform_replace_identity(draft) != SEV_STATUS_SUCCESS ||
        board_order(SEV_COMMAND_SHUTDOWN) != SEV_STATUS_SUCCESS) {
        return FAILED;
    }
    request_begin(REQUEST);
    (void)download_run(file_length);
    return FAILED;
}

static int run_second(void *unused)
{
    struct hal_handover handover;
    int result = 0;

    (void)unused;
    hal_handover_read(&handover);
    result |= handover.pending_request == REQUEST ? FOUND_REQUEST : 0;
    result |= handover.security_version == SECURITY_VERSION ? FOUND_VERSION : 0;
    if (firmware_start() != NULL) {
        return FAILED;
    }
    for (uint32_t i = 0; i < HAL_HANDOVER_RECORD_BYTES; i++) {
        if (hal_handover_records()[i] != 0) {
            result |= RECORDS_LEFT;
        }
    }
    result |= platform_owner() == IDENTITY_EXTERNALLY_OWNED ? FOUND_OWNER : 0;
    if (board_order(SEV_COMMAND_PLATFORM_RESET) != SEV_STATUS_SUCCESS) {
        return FAILED;
    }
    for (size_t at = 0; at < SEV_NV_BYTES; at++) {
        if (board_dram(BOARD_NV_BLOCK)[at] != 0xFF) {
            return result;
        }
    }
    return result | BLOCK_BLANKED;
}

/** Second firmware once more: the one that it was replaced by. */
static int run_third(void *unused)
{
    (void)unused;
    if (firmware_start() == NULL) {
        request_begin(REQUEST);
        (void)download_run(file_length);
    }
    return FAILED;
}

static void next_firmware_knows_what_is_stored_nowhere(void **state)
{
    int result = 0;

    (void)state;
    file_length = put_file(BODY_BYTES, SECURITY_VERSION, true);
    hosted_set_replaceable(true);
    assert_int_equal(hosted_boot(run_first, NULL, &result), HOSTED_REPLACED);
    assert_int_equal(hosted_boot(run_second, NULL, &result), HOSTED_RETURNED);
    assert_int_equal(result, FOUND_ALL);
    /* And so does the one after it. */
    assert_int_equal(hosted_boot(run_first, NULL, &result), HOSTED_REPLACED);
    assert_int_equal(hosted_boot(run_third, NULL, &result), HOSTED_REPLACED);
    assert_int_equal(hosted_boot(run_second, NULL, &result), HOSTED_RETURNED);
    assert_int_equal(result, FOUND_ALL);
}

static void firmware_after_a_reset_knows_nothing(void **state)
{
    int result = 0;

    (void)state;
    file_length = put_file(BODY_BYTES, SECURITY_VERSION, true);
    assert_int_equal(hosted_boot(run_first, NULL, &result), HOSTED_RETURNED);
    assert_int_equal(hosted_boot(run_second, NULL, &result), HOSTED_RETURNED);
    assert_int_equal(result, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, board_boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_image_that_boots_can_be_downloaded),
        TEST(nothing_below_what_was_committed_is_accepted),
        TEST(refused_replacement_leaves_nothing_behind),
        TEST(next_firmware_knows_what_is_stored_nowhere),
        TEST(firmware_after_a_reset_knows_nothing),
    };

    return cmocka_run_group_tests_name("firmware update", tests, download_make_keys,
                                       download_free_keys);
}
