/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T19: Secure TSC's values are computed right, and are the same wherever a guest meets them: in its
 * VMSAs, in the answer to TSC_INFO, after each command (CVE-2023-31347). Ratios are computed again in
 * 128 bits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "abi/snp_message.h"

#include "tests/snp/guest_message.h"
#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_launch.h"

#define PAGE SNP_PAGE(8)
#define REQUEST SNP_PAGE(16)
#define RESPONSE SNP_PAGE(17)

struct values {
    uint64_t scale;
    uint64_t offset;
};

/** A VMSA as the guest's processor loads it. @param secure  the guest wants Secure TSC */
static struct values add_vmsa(bool secure)
{
    const uint64_t features = SNP_VMSA_FEATURE_ACTIVE | (secure ? SNP_VMSA_FEATURE_SECURE_TSC : 0);
    static uint8_t page[SNP_PAGE_BYTES];
    struct values found;

    memset(page, 0x66, sizeof page); /* Values that the host would like. */
    memcpy(&page[SNP_VMSA_SEV_FEATURES], &features, sizeof features);
    memset(&page[SNP_VMSA_VMPL], 0, 1);
    snp_take(PAGE);
    assert_int_equal(launch_add(SNP_PAGE_VMSA, PAGE, SNP_VMSA_GPA, page), SEV_STATUS_SUCCESS);
    oracle_read_memory(SNP_ASID, PAGE, page, sizeof page);
    memcpy(&found.scale, &page[SNP_VMSA_TSC_SCALE], sizeof found.scale);
    memcpy(&found.offset, &page[SNP_VMSA_TSC_OFFSET], sizeof found.offset);
    return found;
}

/** What the guest is told when it asks. */
static struct snp_tsc_info_response ask(void)
{
    static const uint8_t payload[sizeof(struct snp_tsc_info_response)];
    struct snp_guest_request request = {
        .gctx_paddr = LAUNCH_GCTX, .request_paddr = REQUEST, .response_paddr = RESPONSE};
    struct witness_channel channel = {.key_id = 0};
    struct snp_tsc_info_response answer;

    memcpy(channel.vmpck, launch_guest(LAUNCH_GCTX)->vmpck[0], sizeof channel.vmpck);
    witness_request(&channel, SNP_MESSAGE_TSC_INFO, 1, payload, sizeof payload,
                    board_dram(REQUEST));
    snp_give(RESPONSE);
    assert_int_equal(board_command(SNP_COMMAND_GUEST_REQUEST, &request, sizeof request),
                     SEV_STATUS_SUCCESS);
    assert_null(
        witness_response(&channel, board_dram(RESPONSE), (uint8_t *)&answer, sizeof answer));
    assert_int_equal(answer.status, 0);
    return answer;
}

static void start(uint64_t host_khz, uint32_t desired_khz)
{
    const struct snp_launch_start parameters = {
        .gctx_paddr = LAUNCH_GCTX, .policy = LAUNCH_POLICY, .desired_tsc_khz = desired_khz};

    launch_boot_machine(FABRIC_FLAG_SMT, host_khz, 0);
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(launch_start_with(&parameters), SEV_STATUS_SUCCESS);
    assert_int_equal(launch_activate(LAUNCH_GCTX, SNP_ASID), SEV_STATUS_SUCCESS);
}

static void vmsa_and_message_have_the_exact_ratio(void **state)
{
    static const uint64_t hosts[] = {2000000, 2445392, 3700001, 799999};
    static const uint32_t desired[] = {0, 1, 1000000, 2000000, 2445393, 4294967295u};

    (void)state;
    for (size_t h = 0; h < sizeof hosts / sizeof hosts[0]; h++) {
        for (size_t d = 0; d < sizeof desired / sizeof desired[0]; d++) {
            const unsigned __int128 ratio = ((unsigned __int128)desired[d] << 32) / hosts[h];
            const uint64_t expected = desired[d] == 0 ? 1ull << 32 : (uint64_t)ratio;
            struct snp_tsc_info_response answer;
            struct values values;

            if (ratio >> 40 != 0) {
                continue; /* No core can: SNP_LAUNCH_START refuses it. */
            }
            start(hosts[h], desired[d]);
            values = add_vmsa(true);
            assert_int_equal(values.scale, expected);
            assert_int_equal(values.offset, 0);
            assert_int_equal(launch_finish(LAUNCH_GCTX), SEV_STATUS_SUCCESS);
            answer = ask();
            assert_int_equal(answer.tsc_scale, expected);
            assert_int_equal(answer.tsc_offset, 0);
            assert_int_equal(answer.tsc_factor, 0);
        }
    }
}

/** A guest without Secure TSC is not given what looks like it: the host's bytes stay. */
static void without_the_feature_nothing_is_filled_in(void **state)
{
    struct values values;

    (void)state;
    start(2000000, 1000000);
    values = add_vmsa(false);
    assert_int_equal(values.scale, 0x6666666666666666);
    assert_int_equal(values.offset, 0x6666666666666666);
}

/** Once it is launched, the machine's description changes nothing. */
static void a_guest_keeps_its_ratio(void **state)
{
    struct values values;

    (void)state;
    start(2000000, 1000000);
    snp_machine()->tsc_khz = 5000000;
    values = add_vmsa(true);
    assert_int_equal(values.scale, 1ull << 31);
    assert_int_equal(launch_finish(LAUNCH_GCTX), SEV_STATUS_SUCCESS);
    assert_int_equal(ask().tsc_scale, 1ull << 31);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vmsa_and_message_have_the_exact_ratio),
        cmocka_unit_test(without_the_feature_nothing_is_filled_in),
        cmocka_unit_test(a_guest_keeps_its_ratio),
    };

    return cmocka_run_group_tests_name("T19 Secure TSC", tests, NULL, NULL);
}
