/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_LAUNCH_UPDATE of VMSA pages: features that there are, and what the firmware adds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/rmp.h"

#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_launch.h"

#define PAGE SNP_PAGE(8)

static uint8_t plain[SNP_PAGE_BYTES];
static uint8_t found[SNP_PAGE_BYTES];

/** Adds a VMSA with these features. */
static enum sev_status add_vmsa(uint64_t features)
{
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 5 + 1);
    }
    memcpy(&plain[SNP_VMSA_SEV_FEATURES], &features, sizeof features);
    return launch_add(SNP_PAGE_VMSA, PAGE, SNP_VMSA_GPA, plain);
}

static void only_features_that_there_are_make_a_vmsa(void **state)
{
    static const uint64_t known = 0x21D7FF & ~SNP_VMSA_FEATURE_VMPL_SSS; /* Milan lacks these. */
    const uint8_t zero[SNP_DIGEST_BYTES] = {0};

    (void)state;
    for (uint32_t bit = 0; bit < 64; bit++) {
        if ((known & 1ull << bit) == 0) {
            assert_int_equal(add_vmsa(1ull << bit | 1), SEV_STATUS_INVALID_PARAM);
            assert_memory_equal(board_dram(PAGE), plain, sizeof plain);
            assert_int_equal(snp_state(PAGE), RMP_PRE_GUEST);
        }
    }
    assert_int_equal(add_vmsa(0), SEV_STATUS_INVALID_PARAM); /* No SNP_ACTIVE. */
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, zero, sizeof zero);
    for (uint32_t bit = 0; bit < 64; bit++) {
        if ((known & 1ull << bit) != 0) {
            assert_int_equal(add_vmsa(1ull << bit | 1), SEV_STATUS_SUCCESS);
        }
    }
}

static void a_vmsa_is_measured_as_supplied_and_completed(void **state)
{
    static const struct {
        uint64_t features;
        bool tsc;
        bool nonce;
    } cases[] = {{0x1, false, false},
                 {SNP_VMSA_FEATURE_SECURE_TSC | 1, true, false},
                 {SNP_VMSA_FEATURE_REG_PROT | 1, false, true},
                 {SNP_VMSA_FEATURE_REG_PROT | SNP_VMSA_FEATURE_SECURE_TSC | 1, true, true}};
    const struct snp_page_info info = {.page_type = SNP_PAGE_VMSA, .gpa = SNP_VMSA_GPA};
    uint8_t digest[SNP_DIGEST_BYTES] = {0};

    (void)state;
    launch_guest(LAUNCH_GCTX)->tsc_scale = 0x180000000;
    launch_guest(LAUNCH_GCTX)->tsc_offset = 0x1122334455667788;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static const uint64_t tsc[2] = {0x180000000, 0x1122334455667788};
        struct rmp_page page;

        assert_int_equal(add_vmsa(cases[i].features), SEV_STATUS_SUCCESS);
        launch_expect(digest, info, plain);
        assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, digest, sizeof digest);
        rmp_look_up(PAGE, &page);
        assert_true(page.vmsa && page.state == RMP_GUEST_VALID);
        oracle_read_memory(SNP_ASID, PAGE, found, sizeof found);
        if (cases[i].tsc) {
            memcpy(&plain[SNP_VMSA_TSC_SCALE], tsc, sizeof tsc);
        }
        if (cases[i].nonce) {
            assert_memory_not_equal(&found[SNP_VMSA_REG_PROT_NONCE],
                                    &plain[SNP_VMSA_REG_PROT_NONCE], 8);
            memcpy(&plain[SNP_VMSA_REG_PROT_NONCE], &found[SNP_VMSA_REG_PROT_NONCE], 8);
        }
        assert_memory_equal(found, plain, sizeof plain);
    }
}

static void without_random_numbers_there_is_no_nonce(void **state)
{
    const uint8_t zero[SNP_DIGEST_BYTES] = {0};

    (void)state;
    board_fail_random_after(BOARD_RANDOM_REQUESTS, 0);
    assert_int_equal(add_vmsa(SNP_VMSA_FEATURE_REG_PROT | 1), SEV_STATUS_HWERROR_PLATFORM);
    assert_memory_equal(board_dram(PAGE), plain, sizeof plain);
    assert_int_equal(snp_state(PAGE), RMP_PRE_GUEST);
    assert_memory_equal(launch_guest(LAUNCH_GCTX)->digest, zero, sizeof zero);
}

#define TEST(name) cmocka_unit_test_setup(name, launch_boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_features_that_there_are_make_a_vmsa),
        TEST(a_vmsa_is_measured_as_supplied_and_completed),
        TEST(without_random_numbers_there_is_no_nonce),
    };

    return cmocka_run_group_tests_name("VMSA pages", tests, NULL, NULL);
}
