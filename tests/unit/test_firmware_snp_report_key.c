/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which key signs an attestation report: KEY_SEL, VCEK_DIS, the masks of SNP_CONFIG, and what VLEK
 * there is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"

#include "tests/snp/payload.h"
#include "tests/snp/testing.h"
#include "tests/unit/firmware_message.h"
#include "tests/unit/firmware_witness_keys.h"

#define INVALID_PARAM 0x16u
#define INVALID_KEY 0x27u

static struct witness_channel channel;
static uint8_t bytes[WITNESS_REPORT_BYTES];
static struct witness_report report;

static int boot(void **state)
{
    (void)message_boot(state);
    channel = message_channel(0);
    return 0;
}

/** Asks for a report. @return STATUS; with 0 the report is in BYTES and REPORT */
static uint32_t ask(uint32_t key_sel)
{
    static uint8_t answer[WITNESS_REPORT_RSP_BYTES];
    const uint8_t data[64] = {0};
    uint8_t request[WITNESS_REPORT_REQ_BYTES];
    uint32_t status = 0;

    witness_report_request(data, 0, key_sel, request);
    (void)message_ask(MESSAGE_GUEST, &channel, WITNESS_REPORT_REQ, 1, request, sizeof(request),
                      answer, sizeof(answer));
    assert_sound(witness_report_response(answer, &status, bytes));
    if (status == 0) {
        assert_sound(witness_report_read(bytes, &report));
    }
    return status;
}

static void the_selected_key_signs(void **state)
{
    (void)state;
    assert_int_equal(ask(2), INVALID_KEY);
    assert_int_equal(ask(3), INVALID_PARAM);
    witness_keys_load_vlek(tcb_current());
    assert_int_equal(ask(0), 0);
    assert_int_equal(witness_report_signing_key(&report), WITNESS_SIGNED_BY_VLEK);
    assert_true(witness_keys_vlek_signed(bytes, tcb_current()));
    assert_int_equal(ask(1), 0);
    assert_int_equal(witness_report_signing_key(&report), WITNESS_SIGNED_BY_VCEK);
    assert_true(witness_keys_vcek_signed(bytes, tcb_current()));
    assert_int_equal(ask(2), 0);
    assert_int_equal(witness_report_signing_key(&report), WITNESS_SIGNED_BY_VLEK);
    assert_true(witness_keys_vlek_signed(bytes, tcb_current()));
    assert_int_equal(ask(3), INVALID_PARAM);
    /* Both are of the reported TCB version. */
    snp_settings()->reported_tcb = 0xD110000000000004;
    assert_int_equal(ask(2), 0);
    assert_true(witness_keys_vlek_signed(bytes, 0xD110000000000004));
}

static void a_vlek_below_the_reported_tcb_signs_nothing(void **state)
{
    (void)state;
    witness_keys_load_vlek(0xD316000000000004);
    assert_int_equal(ask(2), INVALID_KEY);
    assert_int_equal(ask(0), INVALID_KEY);
    assert_int_equal(ask(1), 0);
    snp_settings()->reported_tcb = 0xD316000000000004;
    assert_int_equal(ask(0), 0);
    assert_true(witness_keys_vlek_signed(bytes, 0xD316000000000004));
}

static void a_guest_without_vcek_gets_none(void **state)
{
    (void)state;
    message_guest(MESSAGE_GUEST)->vcek_disabled = true;
    assert_int_equal(ask(0), INVALID_KEY);
    assert_int_equal(ask(1), INVALID_KEY);
    snp_settings()->mask_chip_key = true;
    assert_int_equal(ask(1), INVALID_KEY);
    witness_keys_load_vlek(tcb_current());
    assert_int_equal(ask(1), INVALID_KEY);
    assert_int_equal(ask(0), 0);
    assert_true(witness_keys_vlek_signed(bytes, tcb_current()));
}

static void masks_hide_id_and_key(void **state)
{
    (void)state;
    snp_settings()->mask_chip_id = true;
    assert_int_equal(ask(0), 0);
    assert_true(witness_is_zero(report.chip_id, sizeof(report.chip_id)));
    assert_true(witness_keys_vcek_signed(bytes, tcb_current()));
    snp_settings()->mask_chip_id = false;
    snp_settings()->mask_chip_key = true;
    for (uint32_t select = 0; select < 2; select++) {
        assert_int_equal(ask(select), 0);
        assert_sound(witness_report_judge(&report, &witness_milan));
        assert_int_equal(report.flags, 2 | WITNESS_SIGNED_BY_NONE << 2);
        assert_int_equal(report.signature_algo, 0);
        assert_true(witness_is_zero(report.signature, sizeof(report.signature)));
        assert_false(witness_is_zero(report.chip_id, sizeof(report.chip_id)));
    }
    witness_keys_load_vlek(tcb_current());
    assert_int_equal(ask(0), 0);
    assert_int_equal(report.flags, 2 | WITNESS_SIGNED_BY_VLEK << 2);
    assert_true(witness_keys_vlek_signed(bytes, tcb_current()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_selected_key_signs, boot),
        cmocka_unit_test_setup(a_vlek_below_the_reported_tcb_signs_nothing, boot),
        cmocka_unit_test_setup(a_guest_without_vcek_gets_none, boot),
        cmocka_unit_test_setup(masks_hide_id_and_key, boot),
    };

    return cmocka_run_group_tests_name("keys of reports", tests, NULL, NULL);
}
