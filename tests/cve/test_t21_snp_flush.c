/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T21, T28: an SEV-SNP guest's ASID is given to nobody before every core has executed WBINVD, after
 * none of them could run the guest any more, SNP_DF_FLUSH has followed, and the guest has no page
 * left (CVE-2020-12967).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/firmware_cpu.h"
#include "tests/unit/firmware_snp_launch.h"

#define SUCCESSOR SNP_PAGE(2)
#define PAGE SNP_PAGE(8)

static uint32_t writebacks;

static const struct fabric_config *machine(void)
{
    return (const struct fabric_config *)(const void *)hosted_fabric();
}

/** Every core executes WBINVD at every access of the firmware, as long as it can run the guest. */
static void write_back(void *context, const struct hosted_step *step)
{
    bool any = false;

    (void)context;
    (void)step;
    for (uint32_t core = 0; core < machine()->cores; core++) {
        any |= cpu_may_run(core, SNP_ASID);
    }
    for (uint32_t core = 0; any && core < machine()->cores; core++) {
        cpu_wbinvd(core);
        writebacks++;
    }
}

static int boot(void **state)
{
    (void)snp_boot(state);
    snp_machine()->flags |= FABRIC_FLAG_WBINVD_REPORTED;
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    launch_make(LAUNCH_GCTX, SNP_ASID, LAUNCH_POLICY, 0);
    assert_int_equal(snp_create(SUCCESSOR), SEV_STATUS_SUCCESS);
    assert_int_equal(launch_start(SUCCESSOR, LAUNCH_POLICY), SEV_STATUS_SUCCESS);
    writebacks = 0;
    return 0;
}

static void end_guest(void)
{
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, LAUNCH_GCTX), SEV_STATUS_SUCCESS);
}

static void an_asid_is_flushed_before_it_is_given_again(void **state)
{
    (void)state;
    assert_int_equal(launch_activate(SUCCESSOR, SNP_ASID), SEV_STATUS_ASID_OWNED);
    end_guest();
    assert_int_equal(launch_activate(SUCCESSOR, SNP_ASID), SEV_STATUS_WBINVD_REQUIRED);
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_WBINVD_REQUIRED);
    board_wbinvd();
    assert_int_equal(launch_activate(SUCCESSOR, SNP_ASID), SEV_STATUS_DFFLUSH_REQUIRED);
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(launch_activate(SUCCESSOR, SNP_ASID), SEV_STATUS_SUCCESS);
}

static void one_core_that_owes_a_wbinvd_is_enough(void **state)
{
    (void)state;
    end_guest();
    for (uint32_t core = 1; core < machine()->cores; core++) {
        cpu_wbinvd(core);
    }
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_WBINVD_REQUIRED);
    cpu_wbinvd(0);
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
}

static void wbinvd_of_a_guest_that_can_still_run_does_not_count(void **state)
{
    (void)state;
    hosted_set_access_hook(write_back, NULL);
    end_guest();
    hosted_set_access_hook(NULL, NULL);
    assert_int_not_equal(writebacks, 0);
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_WBINVD_REQUIRED);
    assert_int_equal(launch_activate(SUCCESSOR, SNP_ASID), SEV_STATUS_WBINVD_REQUIRED);
}

/** A page that is still assigned to the ASID would be the next guest's. */
static void pages_of_the_guest_before_are_no_guests(void **state)
{
    uint64_t *counter = (uint64_t *)(void *)board_dram(SNP_RMP_BASE) + SNP_ASID;

    (void)state;
    snp_assign(PAGE, SNP_ASID, 0x1000);
    *counter = 1;
    end_guest();
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(launch_activate(SUCCESSOR, SNP_ASID), SEV_STATUS_INVALID_CONFIG);
    snp_take(PAGE);
    *counter = 0;
    assert_int_equal(launch_activate(SUCCESSOR, SNP_ASID), SEV_STATUS_SUCCESS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, boot, board_unhook)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_asid_is_flushed_before_it_is_given_again),
        TEST(one_core_that_owes_a_wbinvd_is_enough),
        TEST(wbinvd_of_a_guest_that_can_still_run_does_not_count),
        TEST(pages_of_the_guest_before_are_no_guests),
    };

    return cmocka_run_group_tests_name("T21 SNP flush", tests, NULL, NULL);
}
