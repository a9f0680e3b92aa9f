/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SEV-SNP's platform is set to: SNP_CONFIG, SNP_COMMIT, SNP_FEATURE_INFO, SNP_VLEK_LOAD, and how
 * SNP_PLATFORM_STATUS tells it. The VLEK's wrapping is made with OpenSSL.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "firmware/platform/chip_key.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/tcb.h"

#include "tests/unit/firmware_snp.h"

#define STATUS_PAGE SNP_PAGE(0)
#define ONE_LESS(tcb, part) ((tcb) - (1ull << (8u * (part))))
#define ONE_MORE(tcb, part) ((tcb) + (1ull << (8u * (part))))

static struct snp_platform_status_page platform_status(void)
{
    struct snp_platform_status_page page;

    snp_give(STATUS_PAGE);
    assert_int_equal(snp_order(SNP_COMMAND_PLATFORM_STATUS, STATUS_PAGE), SEV_STATUS_SUCCESS);
    memcpy(&page, board_dram(STATUS_PAGE), sizeof(page));
    return page;
}

static enum sev_status configure(uint64_t tcb, uint32_t flags)
{
    struct snp_config parameters = {.reported_tcb = tcb, .flags = flags};

    return board_command(SNP_COMMAND_CONFIG, &parameters, sizeof(parameters));
}

static void status_tells_what_runs(void **state)
{
    struct snp_platform_status_page page;

    (void)state;
    page = platform_status();
    assert_int_equal(page.api_major, 1);
    assert_int_equal(page.api_minor, 58);
    assert_int_equal(page.state, SNP_PLATFORM_INIT);
    assert_int_equal(page.rmp_flags, 3);
    assert_int_equal(page.build_id, SEV_BUILD);
    assert_int_equal(page.flags, SNP_STATUS_FEATURE_INFO | SNP_STATUS_CIPHERTEXT_HIDING_CAP);
    assert_int_equal(page.guest_count, 0);
    assert_int_equal(page.current_tcb, tcb_current());
    assert_int_equal(page.reported_tcb, tcb_current());
    assert_int_equal(snp_state(STATUS_PAGE), RMP_RECLAIM);
    assert_int_equal(snp_create(SNP_PAGE(1)), SEV_STATUS_SUCCESS);
    assert_int_equal(platform_status().guest_count, 1);
}

static void status_wants_a_page_of_the_firmware(void **state)
{
    (void)state;
    snp_take(STATUS_PAGE);
    assert_int_equal(snp_order(SNP_COMMAND_PLATFORM_STATUS, STATUS_PAGE),
                     SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(snp_state(STATUS_PAGE), RMP_HYPERVISOR);
    assert_int_equal(snp_order(SNP_COMMAND_PLATFORM_STATUS, STATUS_PAGE + 4),
                     SEV_STATUS_INVALID_ADDRESS);
}

static void reported_tcb_is_at_most_the_committed_one(void **state)
{
    const uint64_t tcb = tcb_current();

    (void)state;
    for (uint32_t part = 0; part < SNP_TCB_PARTS; part++) {
        assert_int_equal(configure(ONE_MORE(tcb, part), 0), SEV_STATUS_INVALID_PARAM);
    }
    assert_int_equal(configure(ONE_LESS(tcb, SNP_TCB_SNP), SNP_CONFIG_MASK_CHIP_ID),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(platform_status().reported_tcb, ONE_LESS(tcb, SNP_TCB_SNP));
    assert_true((platform_status().flags & SNP_STATUS_MASK_CHIP_ID) != 0);
    assert_int_equal(configure(0, SNP_CONFIG_MASK_CHIP_KEY), SEV_STATUS_SUCCESS);
    assert_int_equal(platform_status().reported_tcb, tcb);
    assert_int_equal(platform_status().flags & 3u, SNP_STATUS_MASK_CHIP_KEY);
    for (uint32_t bit = 2; bit < 32; bit++) {
        assert_int_equal(configure(0, 1u << bit), SEV_STATUS_INVALID_PARAM);
    }
}

static void every_reserved_byte_counts(void **state)
{
    struct snp_config parameters = {.flags = 0};

    (void)state;
    for (size_t i = 0; i < sizeof(parameters.reserved_0c); i++) {
        memset(&parameters, 0, sizeof(parameters));
        parameters.reserved_0c[i] = 1;
        assert_int_equal(board_command(SNP_COMMAND_CONFIG, &parameters, sizeof(parameters)),
                         SEV_STATUS_INVALID_PARAM);
    }
}

static void shutdown_forgets_the_settings(void **state)
{
    (void)state;
    assert_int_equal(configure(ONE_LESS(tcb_current(), 0), 3), SEV_STATUS_SUCCESS);
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    assert_int_equal(platform_status().flags & 3u, 0);
    assert_int_equal(platform_status().reported_tcb, tcb_current());
}

static void commit_raises_the_floor(void **state)
{
    struct snp_commit parameters = {.length = sizeof(parameters)};

    (void)state;
    assert_int_equal(rollback_committed()->tcb, 0);
    assert_int_equal(configure(ONE_LESS(tcb_current(), 0), 0), SEV_STATUS_SUCCESS);
    assert_int_equal(board_command(SNP_COMMAND_COMMIT, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(rollback_committed()->tcb, tcb_current());
    assert_int_equal(rollback_committed()->api_major, 1);
    assert_int_equal(rollback_committed()->api_minor, 58);
    assert_int_equal(platform_status().reported_tcb, tcb_current());
    parameters.length = 3;
    assert_int_equal(board_command(SNP_COMMAND_COMMIT, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_LENGTH);
    parameters.length = UINT32_MAX;
    assert_int_equal(board_command(SNP_COMMAND_COMMIT, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
}

static void features_are_told(void **state)
{
    struct snp_feature_info parameters = {.length = sizeof(parameters),
                                          .feature_info_paddr = SNP_PAGE(2)};
    struct snp_feature_info_page page;

    (void)state;
    snp_give(SNP_PAGE(2));
    assert_int_equal(board_command(SNP_COMMAND_FEATURE_INFO, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    memcpy(&page, board_dram(SNP_PAGE(2)), sizeof(page));
    assert_int_equal(page.eax, 0);
    assert_int_equal(page.ebx, 0); /* No SEV-TIO. */
    assert_int_equal(page.ecx, 0x203F);
    assert_int_equal(page.edx, 0);
    parameters.ecx_in = 1;
    assert_int_equal(board_command(SNP_COMMAND_FEATURE_INFO, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_PARAM);
    parameters.ecx_in = 0;
    parameters.length = 0xF;
    assert_int_equal(board_command(SNP_COMMAND_FEATURE_INFO, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_LENGTH);
}

/** The key that wraps VLEKs: SP 800-108 with HMAC-SHA-256, one round. */
static void wrapping_key(uint8_t key[32])
{
    static const char label[] = "virtasp-vlek-wrap";
    uint8_t input[64] = {1, 0, 0, 0};
    size_t length = 4;
    const uint32_t bits = 256;

    memcpy(&input[length], label, sizeof(label)); /* With the zero byte behind it. */
    length += sizeof(label);
    memcpy(&input[length], &bits, sizeof(bits));
    length += sizeof(bits);
    assert_non_null(HMAC(EVP_sha256(), hosted_fuses()->chip_secret,
                         sizeof(hosted_fuses()->chip_secret), input, length, key, NULL));
}

static void wrap(uint64_t tcb, struct snp_wrapped_vlek *wrapped)
{
    uint8_t key[32];
    uint8_t stick[SNP_HASHSTICK_BYTES];
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int length;

    wrapping_key(key);
    memset(stick, 0x3C, sizeof(stick));
    *wrapped = (struct snp_wrapped_vlek){.iv = {7}, .tcb_version = tcb};
    assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, wrapped->iv), 1);
    assert_int_equal(
        EVP_EncryptUpdate(context, NULL, &length, (const uint8_t *)&wrapped->tcb_version, 16), 1);
    assert_int_equal(
        EVP_EncryptUpdate(context, wrapped->wrapped, &length, stick, (int)sizeof(stick)), 1);
    assert_int_equal(EVP_EncryptFinal_ex(context, NULL, &length), 1);
    assert_int_equal(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, wrapped->tag), 1);
    EVP_CIPHER_CTX_free(context);
}

static enum sev_status load(const struct snp_wrapped_vlek *wrapped)
{
    struct snp_vlek_load parameters = {.length = sizeof(parameters), .wrapped_paddr = SNP_PAGE(3)};

    memcpy(board_dram(SNP_PAGE(3)), wrapped, sizeof(*wrapped));
    return board_command(SNP_COMMAND_VLEK_LOAD, &parameters, sizeof(parameters));
}

static void vlek_is_taken_if_it_was_wrapped_for_this_chip(void **state)
{
    struct snp_wrapped_vlek wrapped;

    (void)state;
    wrap(tcb_current(), &wrapped);
    wrapped.wrapped[383] ^= 1;
    assert_int_equal(load(&wrapped), SEV_STATUS_BAD_MEASUREMENT);
    wrapped.wrapped[383] ^= 1;
    wrapped.reserved_198 = 1;
    assert_int_equal(load(&wrapped), SEV_STATUS_INVALID_PARAM);
    wrapped.reserved_198 = 0;
    assert_false(chip_vlek_is_loaded());
    assert_int_equal(load(&wrapped), SEV_STATUS_SUCCESS);
    assert_true((platform_status().flags & SNP_STATUS_VLEK_EN) != 0);
    wrap(ONE_MORE(tcb_current(), SNP_TCB_TEE), &wrapped);
    assert_int_equal(load(&wrapped), SEV_STATUS_INVALID_PARAM);
    assert_true(chip_vlek_is_loaded());
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_false(chip_vlek_is_loaded());
}

static void vlek_load_checks_its_parameters(void **state)
{
    struct snp_vlek_load parameters = {.length = 0xF, .wrapped_paddr = SNP_PAGE(3)};

    (void)state;
    assert_int_equal(board_command(SNP_COMMAND_VLEK_LOAD, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_LENGTH);
    parameters.length = 0x10;
    parameters.wrapped_version = 1;
    assert_int_equal(board_command(SNP_COMMAND_VLEK_LOAD, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_PARAM);
    parameters.wrapped_version = 0;
    parameters.reserved_05[2] = 1;
    assert_int_equal(board_command(SNP_COMMAND_VLEK_LOAD, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_PARAM);
    parameters.reserved_05[2] = 0;
    assert_int_equal(snp_create(SNP_PAGE(3)), SEV_STATUS_SUCCESS);
    assert_int_equal(board_command(SNP_COMMAND_VLEK_LOAD, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_PAGE_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(status_tells_what_runs, snp_boot_init),
        cmocka_unit_test_setup(status_wants_a_page_of_the_firmware, snp_boot_init),
        cmocka_unit_test_setup(reported_tcb_is_at_most_the_committed_one, snp_boot_init),
        cmocka_unit_test_setup(every_reserved_byte_counts, snp_boot_init),
        cmocka_unit_test_setup(shutdown_forgets_the_settings, snp_boot_init),
        cmocka_unit_test_setup(commit_raises_the_floor, snp_boot_init),
        cmocka_unit_test_setup(features_are_told, snp_boot_init),
        cmocka_unit_test_setup(vlek_is_taken_if_it_was_wrapped_for_this_chip, snp_boot_init),
        cmocka_unit_test_setup(vlek_load_checks_its_parameters, snp_boot_init),
    };

    return cmocka_run_group_tests_name("SNP settings", tests, NULL, NULL);
}
