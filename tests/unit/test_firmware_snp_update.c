/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Firmware updates on a chip with SEV-SNP: SNP_DOWNLOAD_FIRMWARE_EX beside DOWNLOAD_FIRMWARE, when each
 * wants a shutdown first, and the commit that the next firmware makes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/firmware.h"
#include "firmware/handover.h"
#include "firmware/platform/commit.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"
#include "firmware/platform/update.h"
#include "firmware/request.h"
#include "hal/system.h"

#include "tests/unit/firmware_download.h"
#include "tests/unit/firmware_snp.h"

static uint32_t put(uint32_t security_version, bool wrapped)
{
    return download_put(&(const struct download_file){.body_bytes = DOWNLOAD_BODY_BYTES,
                                                      .security_version = security_version,
                                                      .api_major = SNP_API_MAJOR,
                                                      .api_minor = SNP_API_MINOR,
                                                      .build = SEV_BUILD,
                                                      .wrapped = wrapped});
}

static struct snp_download_firmware_ex parameters_for(uint32_t length, uint32_t flags)
{
    return (struct snp_download_firmware_ex){.length = sizeof(struct snp_download_firmware_ex),
                                             .fw_paddr = DOWNLOAD_PADDR,
                                             .fw_length = length,
                                             .flags = flags};
}

static enum sev_status run(struct snp_download_firmware_ex parameters)
{
    return board_command(SNP_COMMAND_DOWNLOAD_FIRMWARE_EX, &parameters, sizeof(parameters));
}

/** Both commands. */
static void expect(uint32_t length, enum sev_status expected)
{
    assert_int_equal(run(parameters_for(length, 0)), expected);
    assert_int_equal(run(parameters_for(length, SNP_DOWNLOAD_COMMIT)), expected);
    assert_int_equal(download_run(length), expected);
}

static void shut_down(uint32_t flags)
{
    struct snp_shutdown_ex parameters = {.length = sizeof(parameters), .flags = flags};

    board_wbinvd();
    if (platform_snp_state() == SNP_PLATFORM_INIT) {
        assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    }
    assert_int_equal(board_command(SNP_COMMAND_SHUTDOWN_EX, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
}

static void both_commands_judge_a_file_alike(void **state)
{
    (void)state;
    hosted_fuses()->minimum_security_version = 1;
    for (int wrapped = 0; wrapped <= 1; wrapped++) {
        const uint32_t length = put(1, wrapped != 0);

        expect(length, SEV_STATUS_UNSUPPORTED); /* It was accepted. */
        board_dram(DOWNLOAD_PADDR)[length - 1] ^= 1;
        expect(length, SEV_STATUS_BAD_SIGNATURE);
        expect(put(0, wrapped != 0), SEV_STATUS_BAD_SVN);
    }
}

static void parameters_are_checked(void **state)
{
    const uint32_t length = put(0, true);
    struct snp_download_firmware_ex parameters = parameters_for(length, 0);

    (void)state;
    parameters.length = sizeof(parameters) - 1;
    assert_int_equal(run(parameters), SEV_STATUS_INVALID_LENGTH);
    parameters.length = UINT32_MAX;
    assert_int_equal(run(parameters), SEV_STATUS_UNSUPPORTED);
    parameters.reserved_04 = 0x80000000u;
    assert_int_equal(run(parameters), SEV_STATUS_INVALID_PARAM);
    for (uint32_t bit = 1; bit < 32; bit++) {
        assert_int_equal(run(parameters_for(length, 1u << bit)), SEV_STATUS_INVALID_PARAM);
    }
    for (uint32_t shift = 1; shift < 32; shift *= 2) {
        parameters = parameters_for(length, 0);
        parameters.fw_paddr += shift;
        assert_int_equal(run(parameters), SEV_STATUS_INVALID_ADDRESS);
    }
    parameters.fw_paddr = BOARD_PARAMETERS;
    assert_int_equal(run(parameters), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(run(parameters_for(0, 0)), SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(run(parameters_for(UPDATE_MINIMUM_BYTES - 1, 0)), SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(run(parameters_for(UPDATE_MAXIMUM_BYTES + 1, 0)), SEV_STATUS_INVALID_LENGTH);
}

/** The next firmware would not know what this one protects. */
static void what_protects_guests_must_be_shut_down_first(void **state)
{
    const uint32_t length = put(0, true);

    (void)state;
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    expect(length, SEV_STATUS_SHUTDOWN_REQUIRED);
    shut_down(0);
    assert_int_equal(platform_snp_state(), SNP_PLATFORM_UNINIT);
    expect(length, SEV_STATUS_SHUTDOWN_REQUIRED);
    assert_int_equal(board_memctl()->rmp.flags, FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED);
    shut_down(SNP_SHUTDOWN_X86);
    expect(length, SEV_STATUS_UNSUPPORTED);
}

static void sev_must_be_shut_down_too(void **state)
{
    const uint32_t length = put(0, true);

    (void)state;
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    assert_int_equal(run(parameters_for(length, 0)), SEV_STATUS_SHUTDOWN_REQUIRED);
    assert_int_equal(download_run(length), SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    expect(length, SEV_STATUS_UNSUPPORTED);
}

static void a_guest_s_page_holds_no_file(void **state)
{
    const uint32_t length = put(0, true);

    (void)state;
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    snp_assign(DOWNLOAD_PADDR + 0x1000, SNP_ASID, 0);
    expect(length, SEV_STATUS_INVALID_PAGE_STATE);
}

/* ---- Two firmwares, one after the other: each in a process of its own. ---- */

#define REQUEST 0x00CA0001u
#define SECURITY_VERSION 3u
#define FAILED 0x80

static struct snp_download_firmware_ex download;

static int run_first(void *unused)
{
    (void)unused;
    if (firmware_start() == NULL) {
        request_begin(REQUEST);
        (void)run(download);
    }
    return FAILED;
}

/** @return the security version that is committed */
static int run_second(void *unused)
{
    (void)unused;
    if (firmware_start() != NULL || tcb_current() != tcb_of(SECURITY_VERSION)) {
        return FAILED;
    }
    if (rollback_committed()->security_version != 0 &&
        (rollback_committed()->tcb != tcb_of(SECURITY_VERSION) ||
         rollback_committed()->api_minor != SNP_API_MINOR)) {
        return FAILED;
    }
    return (int)rollback_committed()->security_version;
}

static void the_next_firmware_commits_if_it_was_asked_to(void **state)
{
    const uint32_t length = put(SECURITY_VERSION, true);
    int result = 0;

    (void)state;
    hosted_set_replaceable(true);
    for (int commits = 0; commits <= 1; commits++) {
        download = parameters_for(length, commits != 0 ? SNP_DOWNLOAD_COMMIT : 0);
        assert_int_equal(hosted_boot(run_first, NULL, &result), HOSTED_REPLACED);
        assert_int_equal(hosted_boot(run_second, NULL, &result), HOSTED_RETURNED);
        assert_int_equal(result, commits != 0 ? SECURITY_VERSION : 0);
    }
}

/** Bits of what a later firmware finds. */
enum { COUNTS_BOOTED = 1, REPORTS_BOOTED = 2, RUNS_NEW = 4 };

static int run_last(void *unused)
{
    const uint64_t booted = tcb_of(0);
    int found = 0;

    (void)unused;
    if (firmware_start() != NULL) {
        return FAILED;
    }
    found |= rollback_committed_tcb() == booted && rollback_counted()->api_minor == SNP_API_MINOR
                 ? COUNTS_BOOTED
                 : 0;
    found |= snp_reported_tcb() == booted ? REPORTS_BOOTED : 0;
    found |= tcb_current() == tcb_of(SECURITY_VERSION) ? RUNS_NEW : 0;
    return found;
}

/** COMMITTED_TCB would go up with the new firmware, and down again with the next reset. */
static void a_firmware_that_is_not_committed_does_not_count_as_such(void **state)
{
    int result = 0;

    (void)state;
    hosted_set_replaceable(true);
    download = parameters_for(put(SECURITY_VERSION, true), 0);
    assert_int_equal(hosted_boot(run_first, NULL, &result), HOSTED_REPLACED);
    assert_int_equal(hosted_boot(run_first, NULL, &result), HOSTED_REPLACED);
    assert_int_equal(hosted_boot(run_last, NULL, &result), HOSTED_RETURNED);
    assert_int_equal(result, COUNTS_BOOTED | REPORTS_BOOTED | RUNS_NEW);
}

static void a_commit_that_fails_is_said(void **state)
{
    (void)state;
    assert_int_equal(commit_take_over(), SEV_STATUS_SUCCESS); /* Nobody asked. */
    handover_begin();
    assert_true(commit_hand_over(true));
    handover_seal();
    assert_null(handover_open());
    hosted_flash_fail_after(1);
    assert_int_equal(commit_take_over(), SEV_STATUS_HWERROR_PLATFORM);
    assert_null(handover_close());
}

/** A firmware that does not know the record would answer that it has committed itself. */
static void a_commit_that_is_not_taken_over_stops_the_firmware(void **state)
{
    (void)state;
    handover_begin();
    assert_true(commit_hand_over(true));
    handover_seal();
    assert_null(handover_open());
    assert_non_null(handover_close());
}

#define TEST(name) cmocka_unit_test_setup(name, snp_boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(both_commands_judge_a_file_alike),
        TEST(parameters_are_checked),
        TEST(what_protects_guests_must_be_shut_down_first),
        TEST(sev_must_be_shut_down_too),
        TEST(a_guest_s_page_holds_no_file),
        TEST(the_next_firmware_commits_if_it_was_asked_to),
        TEST(a_firmware_that_is_not_committed_does_not_count_as_such),
        TEST(a_commit_that_fails_is_said),
        TEST(a_commit_that_is_not_taken_over_stops_the_firmware),
    };

    return cmocka_run_group_tests_name("SNP firmware update", tests, download_make_keys,
                                       download_free_keys);
}
