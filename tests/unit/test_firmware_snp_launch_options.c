/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_LAUNCH_START with a migration agent, with an incoming migration image, with a frequency of
 * the guest's own; and without random numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_snp_launch.h"

#define AGENT SNP_PAGE(1)
#define HOST_KHZ 2000000u

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

/** A guest that runs at AGENT. */
static void make_agent(uint64_t policy)
{
    launch_make(AGENT, 2, policy, 0);
    assert_int_equal(launch_finish(AGENT), SEV_STATUS_SUCCESS);
}

static void an_agent_must_be_a_guest_that_runs_and_stays(void **state)
{
    struct snp_launch_start parameters = good;

    (void)state;
    parameters.flags = SNP_LAUNCH_MA_EN;
    parameters.ma_gctx_paddr = AGENT;
    assert_refused(&parameters, SEV_STATUS_POLICY_FAILURE); /* No MIGRATE_MA. */
    parameters.policy |= SNP_POLICY_MIGRATE_MA;
    assert_refused(&parameters, SEV_STATUS_INVALID_GUEST);
    parameters.ma_gctx_paddr = AGENT + 0x10;
    assert_refused(&parameters, SEV_STATUS_INVALID_ADDRESS);
    parameters.ma_gctx_paddr = 1ull << 40;
    assert_refused(&parameters, SEV_STATUS_INVALID_ADDRESS);
    parameters.ma_gctx_paddr = LAUNCH_GCTX; /* Itself. */
    assert_refused(&parameters, SEV_STATUS_INVALID_GUEST_STATE);
    parameters.ma_gctx_paddr = AGENT;
    launch_make(AGENT, 2, LAUNCH_POLICY | SNP_POLICY_MIGRATE_MA, 0);
    assert_refused(&parameters, SEV_STATUS_INVALID_GUEST_STATE);
    assert_int_equal(launch_finish(AGENT), SEV_STATUS_SUCCESS);
    assert_refused(&parameters, SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, AGENT), SEV_STATUS_SUCCESS);
    assert_refused(&parameters, SEV_STATUS_INVALID_GUEST);
}

static void a_guest_is_linked_to_its_agent(void **state)
{
    struct snp_launch_start parameters = good;
    const struct snp_guest *guest;
    struct snp_guest agent;

    (void)state;
    make_agent(LAUNCH_POLICY);
    agent = *launch_guest(AGENT);
    parameters.flags = SNP_LAUNCH_MA_EN;
    parameters.policy |= SNP_POLICY_MIGRATE_MA;
    parameters.ma_gctx_paddr = AGENT;
    assert_int_equal(launch_start_with(&parameters), SEV_STATUS_SUCCESS);
    guest = launch_guest(LAUNCH_GCTX);
    assert_int_equal(guest->agent.paddr, AGENT);
    assert_int_equal(guest->agent.id, agent.id);
    assert_memory_equal(guest->report_id_ma, agent.report_id, sizeof agent.report_id);
    assert_false(guest->has_vmrk); /* It comes from the agent. */
    assert_true(is_zero(guest->vmrk, sizeof guest->vmrk));
}

static void imi_wants_a_guest_that_can_migrate(void **state)
{
    struct snp_launch_start parameters = good;

    (void)state;
    parameters.flags = SNP_LAUNCH_IMI_EN;
    assert_refused(&parameters, SEV_STATUS_INVALID_PARAM);
    parameters.policy |= SNP_POLICY_MEM_AES_256_XTS; /* What the platform keeps comes first. */
    assert_refused(&parameters, SEV_STATUS_POLICY_FAILURE);
}

static void frequencies_become_ratios(void **state)
{
    static const struct {
        uint32_t khz;
        uint64_t scale; /**< 0: refused. */
    } cases[] = {
        {0, 1ull << 32},
        {HOST_KHZ, 1ull << 32},
        {HOST_KHZ / 2, 1ull << 31},
        {3000000, 3ull << 31},
        {1, 2147},
        {HOST_KHZ * 2, 2ull << 32},
        {511999999, 1099511625628},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct snp_launch_start parameters = good;

        launch_boot_machine(FABRIC_FLAG_SMT, HOST_KHZ, 0);
        parameters.desired_tsc_khz = cases[i].khz;
        assert_int_equal(launch_start_with(&parameters), SEV_STATUS_SUCCESS);
        assert_int_equal(launch_guest(LAUNCH_GCTX)->tsc_scale, cases[i].scale);
    }
}

static void frequencies_that_no_core_makes_are_refused(void **state)
{
    struct snp_launch_start parameters = good;

    (void)state;
    launch_boot_machine(FABRIC_FLAG_SMT, 1000, 0);
    parameters.desired_tsc_khz = 256000; /* 256 times the host's. */
    assert_refused(&parameters, SEV_STATUS_INVALID_PARAM);
    parameters.desired_tsc_khz = 255999;
    assert_int_equal(launch_start_with(&parameters), SEV_STATUS_SUCCESS);
    launch_boot_machine(FABRIC_FLAG_SMT, 0, 0);
    parameters.desired_tsc_khz = HOST_KHZ; /* The host's is not stated. */
    assert_refused(&parameters, SEV_STATUS_INVALID_PARAM);
    parameters.desired_tsc_khz = 0;
    assert_int_equal(launch_start_with(&parameters), SEV_STATUS_SUCCESS);
}

static void without_random_numbers_nothing_starts(void **state)
{
    (void)state;
    board_fail_random_after(BOARD_RANDOM_REQUESTS, 0);
    assert_refused(&good, SEV_STATUS_HWERROR_PLATFORM);
}

#define TEST(name) cmocka_unit_test_setup(name, boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_agent_must_be_a_guest_that_runs_and_stays),
        TEST(a_guest_is_linked_to_its_agent),
        TEST(imi_wants_a_guest_that_can_migrate),
        TEST(frequencies_become_ratios),
        TEST(frequencies_that_no_core_makes_are_refused),
        TEST(without_random_numbers_nothing_starts),
    };

    return cmocka_run_group_tests_name("options of SNP_LAUNCH_START", tests, NULL, NULL);
}
