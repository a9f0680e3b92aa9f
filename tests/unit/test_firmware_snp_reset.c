/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PLATFORM_RESET on a chip with SEV-SNP: what it leaves alone, and that it blanks no NV block whose
 * pages have become a guest's since, in the firmware that took the block nor in the next one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/firmware.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"
#include "firmware/request.h"

#include "tests/unit/firmware_download.h"
#include "tests/unit/firmware_snp.h"

#define LAST_PAGE (BOARD_NV_BLOCK + SEV_NV_BYTES - RMP_PAGE_BYTES)

static bool block_is(uint8_t value)
{
    for (size_t i = 0; i < SEV_NV_BYTES; i++) {
        if (board_dram(BOARD_NV_BLOCK)[i] != value) {
            return false;
        }
    }
    return true;
}

/** A block that the firmware remembers, and which is the host's again. */
static bool make_block_known(void)
{
    memset(board_dram(BOARD_NV_BLOCK), 0xFF, SEV_NV_BYTES);
    return board_init_ex() == SEV_STATUS_SUCCESS &&
           board_order(SEV_COMMAND_SHUTDOWN) == SEV_STATUS_SUCCESS;
}

static void reset_leaves_snp_alone(void **state)
{
    const uint64_t tcb = tcb_current() - 1u;
    struct snp_config config = {.reported_tcb = tcb, .flags = SNP_CONFIG_MASK_CHIP_ID};

    (void)state;
    assert_int_equal(board_command(SNP_COMMAND_CONFIG, &config, sizeof(config)),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(snp_create(SNP_PAGE(1)), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_PLATFORM_RESET), SEV_STATUS_SUCCESS);
    assert_int_equal(platform_snp_state(), SNP_PLATFORM_INIT);
    assert_int_equal(snp_reported_tcb(), tcb);
    assert_true(snp_settings()->mask_chip_id);
    assert_int_equal(snp_state(SNP_PAGE(1)), RMP_CONTEXT);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, SNP_PAGE(1)), SEV_STATUS_SUCCESS);
}

static void pages_of_guests_are_not_blanked(void **state)
{
    (void)state;
    assert_true(make_block_known());
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    memset(board_dram(BOARD_NV_BLOCK), 0x5A, SEV_NV_BYTES);
    for (uint64_t page = BOARD_NV_BLOCK; page <= LAST_PAGE; page += RMP_PAGE_BYTES) {
        snp_give(page);
    }
    snp_assign(LAST_PAGE, SNP_ASID, 0);
    assert_int_equal(board_order(SEV_COMMAND_PLATFORM_RESET), SEV_STATUS_INVALID_PAGE_STATE);
    assert_true(block_is(0x5A));
    snp_take(
        LAST_PAGE); /* The host's pages are nobody's to write either: it could give them away. */
    assert_int_equal(board_order(SEV_COMMAND_PLATFORM_RESET), SEV_STATUS_INVALID_PAGE_STATE);
    assert_true(block_is(0x5A));
    snp_give(LAST_PAGE);
    assert_int_equal(board_order(SEV_COMMAND_PLATFORM_RESET), SEV_STATUS_SUCCESS);
    assert_true(block_is(0xFF));
}

/* ---- Two firmwares, one after the other. ---- */

#define REQUEST 0x000B0001u

enum { FAILED, BLANKED, REFUSED };

static uint32_t file_length;

static int run_first(void *unused)
{
    (void)unused;
    if (firmware_start() == NULL && make_block_known()) {
        request_begin(REQUEST);
        (void)download_run(file_length);
    }
    return FAILED;
}

static int run_second(void *unused)
{
    (void)unused;
    if (firmware_start() != NULL || snp_init_ex(SNP_INIT_RMP) != SEV_STATUS_SUCCESS) {
        return FAILED;
    }
    memset(board_dram(BOARD_NV_BLOCK), 0x5A, SEV_NV_BYTES);
    snp_assign(BOARD_NV_BLOCK, SNP_ASID, 0);
    if (board_order(SEV_COMMAND_PLATFORM_RESET) == SEV_STATUS_SUCCESS) {
        return BLANKED;
    }
    return block_is(0x5A) ? REFUSED : FAILED;
}

static void nor_by_the_next_firmware(void **state)
{
    int result = FAILED;

    (void)state;
    file_length = download_put(&(const struct download_file){.body_bytes = DOWNLOAD_BODY_BYTES});
    hosted_set_replaceable(true);
    assert_int_equal(hosted_boot(run_first, NULL, &result), HOSTED_REPLACED);
    assert_int_equal(hosted_boot(run_second, NULL, &result), HOSTED_RETURNED);
    assert_int_equal(result, REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reset_leaves_snp_alone, snp_boot_init),
        cmocka_unit_test_setup(pages_of_guests_are_not_blanked, snp_boot),
        cmocka_unit_test_setup(nor_by_the_next_firmware, snp_boot),
    };

    return cmocka_run_group_tests_name("PLATFORM_RESET under SNP", tests, download_make_keys,
                                       download_free_keys);
}
