/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_LAUNCH_START: its checks in their order, and what a guest has afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"

#include "tests/unit/firmware_snp_launch.h"

#define OTHER SNP_PAGE(1)

static const struct snp_launch_start good = {.gctx_paddr = LAUNCH_GCTX, .policy = LAUNCH_POLICY};

static int boot(void **state)
{
    (void)snp_boot_init(state);
    assert_int_equal(snp_create(LAUNCH_GCTX), SEV_STATUS_SUCCESS);
    return 0;
}

/** Fails unless the parameters give that status, and change nothing of the guest. */
static void assert_refused(const struct snp_launch_start *parameters, enum sev_status status)
{
    const struct snp_guest before = *launch_guest(LAUNCH_GCTX);

    assert_int_equal(launch_start_with(parameters), status);
    assert_memory_equal(launch_guest(LAUNCH_GCTX), &before, sizeof before);
}

static bool is_zero(const void *bytes, size_t length)
{
    const uint8_t *byte = bytes;

    while (length > 0 && *byte == 0) {
        byte++;
        length--;
    }
    return length == 0;
}

static void a_guest_gets_keys_of_its_own(void **state)
{
    const struct snp_guest *guest;
    struct snp_guest first;

    (void)state;
    assert_int_equal(launch_start_with(&good), SEV_STATUS_SUCCESS);
    first = *launch_guest(LAUNCH_GCTX);
    assert_int_equal(snp_create(OTHER), SEV_STATUS_SUCCESS);
    assert_int_equal(launch_start(OTHER, LAUNCH_POLICY), SEV_STATUS_SUCCESS);
    guest = launch_guest(OTHER);

    assert_memory_not_equal(guest->vek, first.vek, sizeof first.vek);
    assert_memory_not_equal(guest->oek, first.oek, sizeof first.oek);
    assert_memory_not_equal(guest->vmrk, first.vmrk, sizeof first.vmrk);
    assert_memory_not_equal(guest->report_id, first.report_id, sizeof first.report_id);
    assert_memory_not_equal(guest->vmpck, first.vmpck, sizeof first.vmpck);
    for (uint32_t i = 0; i < SNP_VMPCKS; i++) {
        assert_false(is_zero(first.vmpck[i], SNP_KEY_BYTES));
        for (uint32_t other = 0; other < i; other++) {
            assert_memory_not_equal(first.vmpck[i], first.vmpck[other], SNP_KEY_BYTES);
        }
    }
}

static void a_guest_starts_with_what_was_asked_for(void **state)
{
    struct snp_launch_start parameters = good;
    struct snp_guest guest;
    uint8_t none[32];

    (void)state;
    parameters.policy |= SNP_POLICY_MIGRATE_MA | SNP_POLICY_DEBUG | 0x13A;
    parameters.flags = SNP_LAUNCH_IMI_EN;
    memset(parameters.gosvw, 0x5A, sizeof parameters.gosvw);
    assert_int_equal(launch_start_with(&parameters), SEV_STATUS_SUCCESS);
    guest = *launch_guest(LAUNCH_GCTX);

    assert_int_equal(guest.state, SNP_GUEST_LAUNCH);
    assert_int_equal(guest.policy, parameters.policy);
    assert_true(guest.has_imi);
    assert_memory_equal(guest.gosvw, parameters.gosvw, sizeof guest.gosvw);
    assert_int_equal(guest.launch_tcb, tcb_current());
    assert_int_equal(guest.launch_mitigations, snp_mitigations());
    assert_int_equal(guest.tsc_scale, 1ull << 32);
    assert_int_equal(guest.tsc_offset, 0);
    assert_true(guest.has_vmrk);
    memset(none, 0xFF, sizeof none);
    assert_memory_equal(guest.report_id_ma, none, sizeof none);
    assert_int_equal(guest.agent.paddr, 0);
    assert_true(is_zero(guest.digest, sizeof guest.digest));
    assert_true(is_zero(guest.imd, sizeof guest.imd));
    assert_true(is_zero(guest.message_count, sizeof guest.message_count));
    assert_int_equal(guest.oek_count, 0);
}

static void only_a_context_in_init_is_started(void **state)
{
    struct snp_launch_start parameters = good;

    (void)state;
    assert_int_equal(launch_start(LAUNCH_GCTX + 8, LAUNCH_POLICY), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(launch_start(1ull << 40, LAUNCH_POLICY), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(launch_start(OTHER, LAUNCH_POLICY), SEV_STATUS_INVALID_GUEST);
    parameters.gctx_paddr = OTHER;
    parameters.flags = 0x80; /* The guest comes first. */
    assert_int_equal(launch_start_with(&parameters), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(launch_start_with(&good), SEV_STATUS_SUCCESS);
    parameters.gctx_paddr = LAUNCH_GCTX;
    assert_refused(&parameters, SEV_STATUS_INVALID_GUEST_STATE);
}

static void reserved_bits_are_invalid_param(void **state)
{
    struct snp_launch_start parameters;

    (void)state;
    for (uint32_t bit = 2; bit < 32; bit++) {
        parameters = good;
        parameters.flags = 1u << bit;
        parameters.policy |= 0xFFFF; /* A version that there is not comes later. */
        assert_refused(&parameters, SEV_STATUS_INVALID_PARAM);
    }
    for (uint32_t bit = 26; bit < 64; bit++) {
        parameters = good;
        parameters.policy |= 1ull << bit | 0xFFFF;
        assert_refused(&parameters, SEV_STATUS_INVALID_PARAM);
    }
    parameters = good;
    parameters.policy = (LAUNCH_POLICY & ~SNP_POLICY_ONE) | 0xFFFF;
    assert_refused(&parameters, SEV_STATUS_INVALID_PARAM);
}

static void policies_that_want_too_much_are_refused(void **state)
{
    static const uint64_t refused[] = {
        0x13B,
        0x200,
        0xFF00,
        SNP_POLICY_MEM_AES_256_XTS,
        SNP_POLICY_RAPL_DIS,
        SNP_POLICY_CIPHERTEXT_HIDING,
    };
    static const uint64_t kept[] = {0x13A,
                                    0x0FF,
                                    0x100,
                                    SNP_POLICY_SINGLE_SOCKET,
                                    SNP_POLICY_CXL_ALLOW,
                                    SNP_POLICY_PAGE_SWAP_DISABLE};

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct snp_launch_start parameters = good;

        parameters.policy |= refused[i];
        assert_refused(&parameters, SEV_STATUS_POLICY_FAILURE);
    }
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        (void)boot(state);
        assert_int_equal(launch_start(LAUNCH_GCTX, LAUNCH_POLICY | kept[i]), SEV_STATUS_SUCCESS);
    }
}

static void smt_and_cxl_must_be_allowed_where_they_are(void **state)
{
    (void)state;
    launch_boot_machine(FABRIC_FLAG_SMT, 0, 0);
    assert_int_equal(launch_start(LAUNCH_GCTX, SNP_POLICY_ONE), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(launch_start(LAUNCH_GCTX, LAUNCH_POLICY), SEV_STATUS_SUCCESS);
    launch_boot_machine(FABRIC_FLAG_CXL, 0, 0);
    assert_int_equal(launch_start(LAUNCH_GCTX, LAUNCH_POLICY), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(launch_start(LAUNCH_GCTX, LAUNCH_POLICY | SNP_POLICY_CXL_ALLOW),
                     SEV_STATUS_SUCCESS);
    launch_boot_machine(0, 0, 0);
    assert_int_equal(launch_start(LAUNCH_GCTX, SNP_POLICY_ONE), SEV_STATUS_SUCCESS);
}

static void rapl_and_ciphertext_hiding_follow_snp_init(void **state)
{
    (void)state;
    launch_boot_machine(FABRIC_FLAG_SMT, 0, SNP_INIT_RAPL_DIS);
    assert_int_equal(launch_start(LAUNCH_GCTX, LAUNCH_POLICY | SNP_POLICY_CIPHERTEXT_HIDING),
                     SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(launch_start(LAUNCH_GCTX, LAUNCH_POLICY | SNP_POLICY_RAPL_DIS),
                     SEV_STATUS_SUCCESS);
    launch_boot_machine(FABRIC_FLAG_SMT, 0, SNP_INIT_CIPHERTEXT_HIDING_EN);
    assert_int_equal(launch_start(LAUNCH_GCTX, LAUNCH_POLICY | SNP_POLICY_RAPL_DIS),
                     SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(launch_start(LAUNCH_GCTX, LAUNCH_POLICY | SNP_POLICY_CIPHERTEXT_HIDING),
                     SEV_STATUS_SUCCESS);
}

#define TEST(name) cmocka_unit_test_setup(name, boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_guest_gets_keys_of_its_own),
        TEST(a_guest_starts_with_what_was_asked_for),
        TEST(only_a_context_in_init_is_started),
        TEST(reserved_bits_are_invalid_param),
        TEST(policies_that_want_too_much_are_refused),
        TEST(smt_and_cxl_must_be_allowed_where_they_are),
        TEST(rapl_and_ciphertext_hiding_follow_snp_init),
    };

    return cmocka_run_group_tests_name("SNP_LAUNCH_START", tests, NULL, NULL);
}
