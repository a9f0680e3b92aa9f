/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices that fail while a command of SEV-SNP's platform runs: random generator, flash, fuses. The
 * command says HWERROR_PLATFORM, and nothing has changed; of a commit the old or the new floor counts
 * after the next boot.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/random.h"
#include "firmware/command_table.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/tcb.h"

#include "tests/fault/fault_random.h"
#include "tests/unit/firmware_download.h"
#include "tests/unit/firmware_flow.h"
#include "tests/unit/firmware_sight.h"
#include "tests/unit/firmware_snp_sample.h"

/** A board on which the command succeeds, its parameters in place. */
static void prepare(struct snp_sample *sample, const struct command_row *row)
{
    hosted_entropy_fail_after(UINT64_MAX);
    if (row->id == SNP_COMMAND_INIT) {
        (void)snp_boot(NULL);
        *sample = (struct snp_sample){.row = row};
    } else {
        snp_sample_prepare(sample, row);
    }
}

static enum sev_status fail_random(const void *subject, const struct fault_point *point)
{
    const struct command_row *row = subject;
    struct snp_sample sample;
    enum sev_status status;

    prepare(&sample, row);
    sight_take(0);
    board_fail_random_after(point->requests, point->reads);
    status = snp_sample_run(&sample);
    if (status != SEV_STATUS_SUCCESS) {
        sight_check(row->name, "random numbers");
        hosted_entropy_fail_after(UINT64_MAX);
        assert_true(crypto_random_start()); /* As a restart does. */
        assert_int_equal(snp_sample_run(&sample), SEV_STATUS_SUCCESS);
    }
    return status;
}

/** SNP_LAUNCH_UPDATE's, SNP_HV_REPORT_REQ's and SNP_GUEST_REQUEST's are in tests of their own. */
static void random_generator_fails(void **state)
{
    static const uint32_t ids[] = {SNP_COMMAND_INIT, SNP_COMMAND_INIT_EX, SNP_COMMAND_LAUNCH_START,
                                   SNP_COMMAND_COMMIT};

    (void)state;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        fault_random_everywhere(fail_random, command_table_find(ids[i]),
                                SEV_STATUS_HWERROR_PLATFORM);
    }
}

/** No ASID waits for a flush because of an SNP_INIT that came to nothing. */
static void failed_init_wants_no_flush(void **state)
{
    (void)state;
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    flow_flush();
    board_fail_random_after(BOARD_RANDOM_REQUESTS, 0);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_HWERROR_PLATFORM);
    hosted_entropy_fail_after(UINT64_MAX);
    assert_true(crypto_random_start());
    assert_int_equal(flow_activate(flow_start(NULL, 0), BOARD_ASID), SEV_STATUS_SUCCESS);
}

static void flash_fails_in_a_commit(void **state)
{
    struct snp_commit parameters = {.length = sizeof(parameters)};
    enum sev_status status = SEV_STATUS_HWERROR_PLATFORM;
    uint64_t operation = 0;

    (void)state;
    while (status != SEV_STATUS_SUCCESS) {
        operation++;
        (void)snp_boot(NULL);
        hosted_flash_set_unit(1024);
        hosted_flash_fail_after(operation);
        status = board_command(SNP_COMMAND_COMMIT, &parameters, sizeof(parameters));
        if (status != SEV_STATUS_SUCCESS) {
            assert_int_equal(status, SEV_STATUS_HWERROR_PLATFORM);
            assert_int_equal(rollback_committed()->tcb, 0);
            hosted_flash_fail_after(0);
            assert_null(rollback_start(platform_security_version()));
            assert_true(rollback_committed()->tcb == 0 ||
                        rollback_committed()->tcb == tcb_current());
        }
        assert_true(operation < 64);
    }
    assert_true(operation > 2);
}

/** A file that is sound, but nobody knows whose. */
static void no_file_is_taken_without_fuses(void **state)
{
    const struct download_file file = {.body_bytes = DOWNLOAD_BODY_BYTES};
    const uint32_t length = download_put(&file);
    struct snp_download_firmware_ex parameters = {
        .length = sizeof(parameters), .fw_paddr = DOWNLOAD_PADDR, .fw_length = length};
    struct sev_download_firmware legacy = {.fw_paddr = DOWNLOAD_PADDR, .fw_length = length};

    (void)state;
    assert_int_equal(download_run(length), SEV_STATUS_UNSUPPORTED); /* It would be entered. */
    hosted_fuses()->magic ^= 1;
    memcpy(board_dram(BOARD_PARAMETERS), &parameters, sizeof(parameters));
    sight_take(0);
    assert_int_equal(
        board_command(SNP_COMMAND_DOWNLOAD_FIRMWARE_EX, &parameters, sizeof(parameters)),
        SEV_STATUS_HWERROR_PLATFORM);
    sight_check("SNP_DOWNLOAD_FIRMWARE_EX", "fuses");
    memcpy(board_dram(BOARD_PARAMETERS), &legacy, sizeof(legacy));
    sight_take(0);
    assert_int_equal(board_command(SEV_COMMAND_DOWNLOAD_FIRMWARE, &legacy, sizeof(legacy)),
                     SEV_STATUS_HWERROR_PLATFORM);
    sight_check("DOWNLOAD_FIRMWARE", "fuses");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(random_generator_fails, snp_boot),
        cmocka_unit_test_setup(failed_init_wants_no_flush, snp_boot),
        cmocka_unit_test_setup(flash_fails_in_a_commit, snp_boot),
        cmocka_unit_test_setup(no_file_is_taken_without_fuses, snp_boot),
    };

    return cmocka_run_group_tests_name("devices that SEV-SNP needs", tests, download_make_keys,
                                       download_free_keys);
}
