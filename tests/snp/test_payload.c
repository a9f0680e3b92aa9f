/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in guests' messages, and the SECRETS page: places, and that nothing stands beside them.
 */
#include "tests/snp/payload.h"
#include "tests/snp/secrets_page.h"
#include "tests/snp/testing.h"

static void requests_have_the_layout_of_the_interface(void **state)
{
    uint8_t data[64];
    uint8_t payload[WITNESS_REPORT_REQ_BYTES];
    uint8_t vmrk[32];

    (void)state;
    fill_pattern(data, sizeof data);
    fill_pattern(vmrk, sizeof vmrk);
    witness_report_request(data, 3, 2, payload);
    assert_memory_equal(payload, data, sizeof data);
    assert_hex(payload + 0x40,
               "03000000"
               "02000000",
               8);
    assert_true(witness_is_zero(payload + 0x48, 24));
    witness_export_request(0x123456789000, true, payload);
    assert_hex(payload,
               "0090785634120000"
               "01000000"
               "00000000",
               16);
    witness_vmrk_request(0x123456789000, vmrk, payload);
    assert_hex(payload, "0090785634120000", 8);
    assert_true(witness_is_zero(payload + 8, 24));
    assert_memory_equal(payload + 0x20, vmrk, sizeof vmrk);
}

static void a_report_comes_in_its_frame(void **state)
{
    uint8_t payload[WITNESS_REPORT_RSP_BYTES] = {0};
    uint8_t report[WITNESS_REPORT_BYTES];
    uint32_t status;

    (void)state;
    witness_store32(payload + 4, 0x4A0);
    fill_pattern(payload + 0x20, WITNESS_REPORT_BYTES);
    assert_sound(witness_report_response(payload, &status, report));
    assert_int_equal(status, 0);
    assert_memory_equal(report, payload + 0x20, sizeof report);
    for (size_t at = 8; at < 0x20; at++) {
        payload[at] = 1;
        assert_fault(witness_report_response(payload, &status, report),
                     "reserved bytes of the response");
        payload[at] = 0;
    }
    payload[4] ^= 1;
    assert_fault(witness_report_response(payload, &status, report), "size of the report");
}

/* Of each kind of response. */
static void a_status_stands_alone(void **state)
{
    uint8_t payload[WITNESS_REPORT_RSP_BYTES] = {0x16};
    uint8_t report[WITNESS_REPORT_BYTES];
    uint8_t key[32];
    struct witness_tsc_info info;
    uint32_t status;

    (void)state;
    assert_sound(witness_report_response(payload, &status, report));
    assert_int_equal(status, 0x16);
    assert_sound(witness_key_response(payload, &status, key));
    assert_int_equal(status, 0x16);
    assert_sound(witness_status_response(payload, &status));
    assert_int_equal(status, 0x16);
    assert_sound(witness_tsc_info_response(payload, &status, &info));
    assert_int_equal(status, 0x16);
    for (size_t at = 4; at < sizeof payload; at++) {
        payload[at] = 1;
        assert_fault(witness_report_response(payload, &status, report), "contents beside a status");
        assert_int_equal(witness_key_response(payload, &status, key) == NULL, at >= 0x40);
        assert_int_equal(witness_status_response(payload, &status) == NULL, at >= 0x10);
        assert_int_equal(witness_tsc_info_response(payload, &status, &info) == NULL, at >= 0x80);
        payload[at] = 0;
    }
}

static void keys_and_times_are_read(void **state)
{
    uint8_t payload[WITNESS_TSC_INFO_BYTES] = {0};
    struct witness_tsc_info info;
    uint8_t key[32];
    uint32_t status;

    (void)state;
    assert_fault(witness_key_response(payload, &status, key), "a key of 0");
    fill_pattern(payload + 0x20, 32);
    assert_sound(witness_key_response(payload, &status, key));
    assert_memory_equal(key, payload + 0x20, sizeof key);
    payload[0x1F] = 1;
    assert_fault(witness_key_response(payload, &status, key), "reserved bytes of the response");
    memset(payload, 0, sizeof payload);
    fill_pattern(payload + 8, 0x14);
    assert_sound(witness_tsc_info_response(payload, &status, &info));
    assert_int_equal(info.scale, witness_load64(payload + 8));
    assert_int_equal(info.offset, witness_load64(payload + 0x10));
    assert_int_equal(info.factor, witness_load32(payload + 0x18));
    for (size_t at = 4; at < sizeof payload; at += at == 7 ? 0x15 : 1) {
        payload[at] = 1;
        assert_fault(witness_tsc_info_response(payload, &status, &info),
                     "reserved bytes of the response");
        payload[at] = 0;
    }
}

static void a_secrets_page_is_read(void **state)
{
    static uint8_t page[WITNESS_SECRETS_BYTES];
    struct witness_secrets secrets;

    (void)state;
    fill_pattern(page + 0x20, 128);
    assert_fault(witness_secrets_read(page, &secrets), "version of the SECRETS page");
    page[0] = 3;
    page[4] = 1;
    witness_store32(page + 8, 0x00A00F10);
    fill_pattern(page + 0x10, 16);
    page[0x100] = 7;
    page[0x160] = 9;
    assert_sound(witness_secrets_read(page, &secrets));
    assert_true(secrets.imi_en);
    assert_int_equal(secrets.fms, 0x00A00F10);
    assert_memory_equal(secrets.gosvw, page + 0x10, 16);
    assert_memory_equal(secrets.vmpck[3], page + 0x80, 32);
    assert_int_equal(secrets.vmsa_tweak_bitmap[0], 7);
    assert_int_equal(secrets.tsc_factor, 9);
    for (size_t at = 4; at < sizeof page; at++) {
        const bool guests = (at >= 0xA0 && at < 0x100) || (at >= 0x140 && at < 0x160);
        const bool reserved = (at >= 4 && at < 8) || (at >= 0xC && at < 0x10) || at >= 0x164;

        page[at] ^= 0x80;
        if (guests || reserved) {
            assert_fault(witness_secrets_read(page, &secrets),
                         guests ? "places of guest software in the SECRETS page"
                                : "reserved places of the SECRETS page");
        } else {
            assert_sound(witness_secrets_read(page, &secrets));
        }
        page[at] ^= 0x80;
    }
    memcpy(page + 0x80, page + 0x20, 32);
    assert_fault(witness_secrets_read(page, &secrets), "two VMPCKs that are the same");
    memset(page + 0x60, 0, 32);
    assert_fault(witness_secrets_read(page, &secrets), "a VMPCK of 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_have_the_layout_of_the_interface),
        cmocka_unit_test(a_report_comes_in_its_frame),
        cmocka_unit_test(a_status_stands_alone),
        cmocka_unit_test(keys_and_times_are_read),
        cmocka_unit_test(a_secrets_page_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
