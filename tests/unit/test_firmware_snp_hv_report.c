/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_HV_REPORT_REQ: an attestation report for the host.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/tcb.h"

#include "tests/snp/payload.h"
#include "tests/snp/testing.h"
#include "tests/unit/firmware_message.h"
#include "tests/unit/firmware_witness_keys.h"

#define REPORT_PAGE SNP_PAGE(18)

static uint8_t bytes[WITNESS_REPORT_BYTES];
static struct witness_report report;

static int boot(void **state)
{
    (void)message_boot(state);
    snp_give(REPORT_PAGE);
    return 0;
}

static enum sev_status ask_for_host(uint32_t key_sel)
{
    struct snp_hv_report_req parameters = {
        .length = sizeof(parameters),
        .key_sel = key_sel,
        .gctx_paddr = MESSAGE_GUEST,
        .report_paddr = REPORT_PAGE,
    };
    const uint8_t *page = board_dram(REPORT_PAGE);
    uint32_t word = 0;
    enum sev_status status;

    memset(board_dram(REPORT_PAGE), 0x5A, SNP_PAGE_BYTES);
    status = board_command(SNP_COMMAND_HV_REPORT_REQ, &parameters, sizeof(parameters));
    if (status == SEV_STATUS_SUCCESS) {
        assert_sound(witness_report_response(page, &word, bytes));
        assert_int_equal(word, 0);
        assert_sound(witness_report_read(bytes, &report));
        assert_int_equal(page[WITNESS_REPORT_RSP_BYTES], 0x5A);
    } else {
        assert_int_equal(page[0], 0x5A);
        assert_int_equal(page[WITNESS_REPORT_RSP_BYTES - 1], 0x5A);
    }
    return status;
}

static void the_host_gets_a_report_that_says_so(void **state)
{
    (void)state;
    assert_int_equal(ask_for_host(0), SEV_STATUS_SUCCESS);
    assert_sound(witness_report_judge(&report, &witness_milan));
    assert_int_equal(report.vmpl, WITNESS_VMPL_HOST);
    assert_true(witness_is_zero(report.report_data, sizeof(report.report_data)));
    assert_memory_equal(report.report_id, message_guest(MESSAGE_GUEST)->report_id, 32);
    assert_true(witness_keys_vcek_signed(bytes, tcb_current()));
    assert_int_equal(snp_state(REPORT_PAGE), RMP_FIRMWARE);
    assert_int_equal(message_guest(MESSAGE_GUEST)->message_count[0], 0);
    witness_keys_load_vlek(tcb_current());
    assert_int_equal(ask_for_host(2), SEV_STATUS_SUCCESS);
    assert_true(witness_keys_vlek_signed(bytes, tcb_current()));
    assert_int_equal(ask_for_host(1), SEV_STATUS_SUCCESS);
    assert_true(witness_keys_vcek_signed(bytes, tcb_current()));
}

static void the_hosts_report_has_a_status_for_each_fault(void **state)
{
    struct snp_hv_report_req parameters = {
        .length = sizeof(parameters) - 1, .gctx_paddr = MESSAGE_GUEST, .report_paddr = REPORT_PAGE};

    (void)state;
    assert_int_equal(board_command(SNP_COMMAND_HV_REPORT_REQ, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_LENGTH);
    parameters.length = sizeof(parameters);
    parameters.report_paddr = REPORT_PAGE + 4;
    assert_int_equal(board_command(SNP_COMMAND_HV_REPORT_REQ, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_ADDRESS);
    parameters.report_paddr = REPORT_PAGE + SNP_PAGE_BYTES - 8; /* The next page is the host's. */
    assert_int_equal(board_command(SNP_COMMAND_HV_REPORT_REQ, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_PAGE_STATE);
    parameters.report_paddr = MESSAGE_GUEST;
    assert_int_equal(board_command(SNP_COMMAND_HV_REPORT_REQ, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_PAGE_STATE);
    parameters.report_paddr = REPORT_PAGE;
    parameters.gctx_paddr = SNP_PAGE(3);
    assert_int_equal(board_command(SNP_COMMAND_HV_REPORT_REQ, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_GUEST);
    assert_int_equal(ask_for_host(3), SEV_STATUS_INVALID_PARAM);
    assert_int_equal(ask_for_host(4), SEV_STATUS_INVALID_PARAM);
    assert_int_equal(ask_for_host(1u << 31), SEV_STATUS_INVALID_PARAM);
    assert_int_equal(ask_for_host(2), SEV_STATUS_INVALID_KEY);
    message_guest(MESSAGE_GUEST)->vcek_disabled = true;
    assert_int_equal(ask_for_host(0), SEV_STATUS_INVALID_KEY);
    message_guest(MESSAGE_GUEST)->vcek_disabled = false;
    message_guest(MESSAGE_GUEST)->state = SNP_GUEST_LAUNCH;
    assert_int_equal(ask_for_host(0), SEV_STATUS_INVALID_GUEST_STATE);
    message_guest(MESSAGE_GUEST)->state = SNP_GUEST_RUNNING;
    snp_take(REPORT_PAGE);
    assert_int_equal(ask_for_host(0), SEV_STATUS_INVALID_PAGE_STATE);
    snp_give(REPORT_PAGE);
    board_fail_random_after(0, 0);
    assert_int_equal(ask_for_host(0), SEV_STATUS_HWERROR_PLATFORM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_host_gets_a_report_that_says_so, boot),
        cmocka_unit_test_setup(the_hosts_report_has_a_status_for_each_fault, boot),
    };

    return cmocka_run_group_tests_name("SNP_HV_REPORT_REQ", tests, NULL, NULL);
}
