/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attestation reports (MSG_REPORT_REQ): what is in them. They are read by the second implementation,
 * and verified with keys that it derives from the fuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/fabric.h"
#include "firmware/platform/chip.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"
#include "firmware/snp_guest/report.h"

#include "tests/snp/payload.h"
#include "tests/snp/testing.h"
#include "tests/unit/firmware_message.h"
#include "tests/unit/firmware_witness_keys.h"

#define INVALID_PARAM 0x16u
#define HWERROR_PLATFORM 0x13u

static struct witness_channel channels[SNP_VMPCKS];
static uint8_t data[64];
static uint8_t bytes[WITNESS_REPORT_BYTES];
static struct witness_report report;

static int boot(void **state)
{
    (void)message_boot(state);
    for (uint8_t key = 0; key < SNP_VMPCKS; key++) {
        channels[key] = message_channel(key);
    }
    fill_pattern(data, sizeof(data));
    return 0;
}

/** Sends a request as it is. @return STATUS; with 0 the report is in BYTES and REPORT */
static uint32_t send(uint8_t key, const uint8_t request[WITNESS_REPORT_REQ_BYTES])
{
    static uint8_t answer[WITNESS_REPORT_RSP_BYTES];
    uint32_t status = 0;

    (void)message_ask(MESSAGE_GUEST, &channels[key], WITNESS_REPORT_REQ, 1, request,
                      WITNESS_REPORT_REQ_BYTES, answer, sizeof(answer));
    assert_sound(witness_report_response(answer, &status, bytes));
    if (status == 0) {
        assert_sound(witness_report_read(bytes, &report));
    }
    return status;
}

static uint32_t ask(uint8_t key, uint32_t vmpl, uint32_t key_sel)
{
    uint8_t request[WITNESS_REPORT_REQ_BYTES];

    witness_report_request(data, vmpl, key_sel, request);
    return send(key, request);
}

static void report_says_what_the_guest_is(void **state)
{
    struct snp_guest *guest = message_guest(MESSAGE_GUEST);

    (void)state;
    guest->has_id_block = true;
    guest->has_author_key = true;
    memset(&guest->id_block, 0x11, sizeof(guest->id_block));
    memset(guest->id_block.family_id, 0x22, 16);
    memset(guest->id_block.image_id, 0x33, 16);
    guest->id_block.guest_svn = 0x44;
    memset(guest->id_key_digest, 0x55, sizeof(guest->id_key_digest));
    memset(guest->author_key_digest, 0x66, sizeof(guest->author_key_digest));
    memset(guest->report_id_ma, 0x77, sizeof(guest->report_id_ma));
    guest->policy |= SNP_POLICY_MIGRATE_MA;
    guest->launch_tcb = 0xD216000000000003;
    assert_int_equal(ask(0, 0, 0), 0);
    assert_sound(witness_report_judge(&report, &witness_milan));
    assert_int_equal(report.guest_svn, 0x44);
    assert_int_equal(report.policy, guest->policy);
    assert_memory_equal(report.family_id, guest->id_block.family_id, 16);
    assert_memory_equal(report.image_id, guest->id_block.image_id, 16);
    assert_int_equal(report.vmpl, 0);
    assert_int_equal(report.flags, 1);
    assert_memory_equal(report.report_data, data, sizeof(data));
    assert_memory_equal(report.measurement, guest->digest, 48);
    assert_memory_equal(report.host_data, guest->host_data, 32);
    assert_memory_equal(report.id_key_digest, guest->id_key_digest, 48);
    assert_memory_equal(report.author_key_digest, guest->author_key_digest, 48);
    assert_memory_equal(report.report_id, guest->report_id, 32);
    assert_memory_equal(report.report_id_ma, guest->report_id_ma, 32);
    assert_int_equal(report.launch_tcb, 0xD216000000000003);
    assert_int_equal(report.launch_mit_vector, 5);
    assert_true(witness_keys_vcek_signed(bytes, tcb_current()));
}

static void report_says_what_the_platform_is(void **state)
{
    uint8_t id[SEV_CHIP_ID_BYTES];

    (void)state;
    snp_settings()->reported_tcb = 0xD216000000000004;
    snp_add_mitigations(9);
    assert_int_equal(ask(0, 0, 0), 0);
    assert_int_equal(report.version, 5);
    assert_int_equal(report.signature_algo, 1);
    assert_int_equal(report.flags, 0);
    assert_int_equal(report.current_tcb, 0xD317000000000004);
    assert_int_equal(report.committed_tcb, 0xD317000000000004);
    assert_int_equal(report.reported_tcb, 0xD216000000000004);
    assert_int_equal(report.current_mit_vector, 9);
    chip_id(0, id);
    assert_memory_equal(report.chip_id, id, sizeof(id));
    assert_int_equal(report.current_major, 1);
    assert_int_equal(report.current_minor, 58);
    assert_int_equal(report.current_build, SEV_BUILD);
    assert_int_equal(report.committed_major, 1);
    assert_int_equal(report.committed_minor, 58);
    assert_int_equal(report.committed_build, SEV_BUILD);
    assert_true(witness_keys_vcek_signed(bytes, 0xD216000000000004));
    assert_false(witness_keys_vcek_signed(bytes, tcb_current()));
}

static void committed_versions_are_those_of_the_floor(void **state)
{
    const struct rollback_floor floor = {
        .build = 0, .api_minor = 57, .api_major = 1, .tcb = 0xD216000000000004};

    (void)state;
    assert_int_equal(rollback_commit(&floor), SEV_STATUS_SUCCESS);
    assert_int_equal(ask(0, 0, 0), 0);
    assert_sound(witness_report_judge(&report, &witness_milan));
    assert_int_equal(report.committed_major, 1);
    assert_int_equal(report.committed_minor, 57);
    assert_int_equal(report.committed_build, 0);
    assert_int_equal(report.committed_tcb, floor.tcb);
    assert_int_equal(report.reported_tcb, floor.tcb);
    assert_int_equal(report.current_tcb, tcb_current());
    assert_true(witness_keys_vcek_signed(bytes, floor.tcb));
}

static void platform_info_has_a_bit_for_each_feature(void **state)
{
    static const struct {
        uint32_t machine;
        bool rapl_disabled;
        bool hides_ciphertext;
        uint64_t info;
    } cases[] = {
        {0, false, false, 0x20},
        {FABRIC_FLAG_SMT, false, false, 0x21},
        {FABRIC_FLAG_TSME, false, false, 0x22},
        {FABRIC_FLAG_ECC, false, false, 0x24},
        {FABRIC_FLAG_CXL | FABRIC_FLAG_WBINVD_REPORTED, false, false, 0x20},
        {0, true, false, 0x28},
        {0, false, true, 0x30},
    };
    static struct snp_report_response response;
    const struct report_request request = {.key_select = SNP_KEY_SELECT_VCEK};
    struct snp_guest guest = *message_guest(MESSAGE_GUEST);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snp_machine()->flags = cases[i].machine;
        fabric_latch();
        snp_settings()->options.rapl_disabled = cases[i].rapl_disabled;
        snp_settings()->options.hides_ciphertext = cases[i].hides_ciphertext;
        assert_int_equal(report_make(&guest, &request, &response), SEV_STATUS_SUCCESS);
        assert_int_equal(response.report.platform_info, cases[i].info);
    }
}

static void versions_of_reports_have_their_fields(void **state)
{
    static const struct {
        enum snp_product product;
        uint32_t version;
        const struct witness_product *is;
    } cases[] = {
        {SNP_PRODUCT_MILAN, 2, &witness_milan}, {SNP_PRODUCT_MILAN, 3, &witness_milan},
        {SNP_PRODUCT_MILAN, 5, &witness_milan}, {SNP_PRODUCT_GENOA, 3, &witness_genoa},
        {SNP_PRODUCT_TURIN, 3, &witness_turin}, {SNP_PRODUCT_VENICE, 5, &witness_venice},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        (void)boot(NULL);
        hosted_fuses()->product = cases[i].product;
        hosted_fuses()->report_version = cases[i].version;
        assert_null(chip_start(0));
        assert_null(rollback_start(0));
        message_guest(MESSAGE_GUEST)->launch_tcb = tcb_current();
        snp_add_mitigations(2);
        assert_int_equal(ask(0, 0, 0), 0);
        assert_sound(witness_report_judge(&report, cases[i].is));
        assert_int_equal(report.version, cases[i].version);
        assert_int_equal(report.cpuid_fam_id, cases[i].version < 3 ? 0 : cases[i].is->family);
        assert_int_equal(report.cpuid_mod_id, cases[i].version < 3 ? 0 : cases[i].is->model);
        assert_int_equal(report.launch_mit_vector, cases[i].version < 5 ? 0 : 5);
        assert_int_equal(report.current_mit_vector, cases[i].version < 5 ? 0 : 2);
        assert_true(witness_keys_vcek_signed(bytes, tcb_current()));
    }
}

static void a_guest_may_ask_for_its_own_vmpl_and_for_higher_ones(void **state)
{
    (void)state;
    for (uint8_t key = 0; key < SNP_VMPCKS; key++) {
        for (uint32_t vmpl = 0; vmpl < 5; vmpl++) {
            const bool allowed = vmpl >= key && vmpl < 4;

            assert_int_equal(ask(key, vmpl, 0), allowed ? 0 : INVALID_PARAM);
            assert_true(!allowed || report.vmpl == vmpl);
        }
        assert_int_equal(ask(key, UINT32_MAX, 0), INVALID_PARAM);
    }
}

static void what_is_reserved_must_be_zero(void **state)
{
    uint8_t request[WITNESS_REPORT_REQ_BYTES];

    (void)state;
    for (size_t i = 0x44; i < sizeof(request); i++) {
        witness_report_request(data, 0, 0, request);
        request[i] = i == 0x44 ? 4 : 1; /* Bits 1:0 of KEY_SEL are none. */
        assert_int_equal(send(0, request), INVALID_PARAM);
    }
    assert_int_equal(ask(0, 0, 0), 0);
}

static void without_random_numbers_there_is_no_report(void **state)
{
    (void)state;
    board_fail_random_after(0, 0);
    assert_int_equal(ask(0, 0, 0), HWERROR_PLATFORM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(report_says_what_the_guest_is, boot),
        cmocka_unit_test_setup(report_says_what_the_platform_is, boot),
        cmocka_unit_test_setup(committed_versions_are_those_of_the_floor, boot),
        cmocka_unit_test_setup(platform_info_has_a_bit_for_each_feature, boot),
        cmocka_unit_test_setup(versions_of_reports_have_their_fields, boot),
        cmocka_unit_test_setup(a_guest_may_ask_for_its_own_vmpl_and_for_higher_ones, boot),
        cmocka_unit_test_setup(what_is_reserved_must_be_zero, boot),
        cmocka_unit_test_setup(without_random_numbers_there_is_no_report, boot),
    };

    return cmocka_run_group_tests_name("reports", tests, NULL, NULL);
}
