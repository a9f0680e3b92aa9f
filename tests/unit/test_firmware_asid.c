/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ASIDs, activation and the flush protocol (section 9).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/guest/asid.h"

#include "tests/unit/firmware_flow.h"

static int boot_reporting_cores(void **state)
{
    (void)board_boot(state);
    board_describe()->flags = FABRIC_FLAG_WBINVD_REPORTED;
    assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    return 0;
}

/** One core executes WBINVD. */
static void wbinvd_on(uint32_t core)
{
    hosted_fabric()[FABRIC_CORES_OFFSET + core * sizeof(struct fabric_core)]++;
}

static void partition_follows_the_policy(void **state)
{
    static const struct {
        uint32_t policy;
        uint32_t asid;
        enum sev_status status;
    } cases[] = {
        {0, 0, SEV_STATUS_INVALID_ASID},
        {0, 1, SEV_STATUS_INVALID_ASID},
        {0, 99, SEV_STATUS_INVALID_ASID},
        {0, 100, SEV_STATUS_SUCCESS},
        {0, 509, SEV_STATUS_SUCCESS},
        {0, 510, SEV_STATUS_INVALID_ASID},
        {0, 1024, SEV_STATUS_INVALID_ASID},
        {0, UINT32_MAX, SEV_STATUS_INVALID_ASID},
        {SEV_POLICY_ES, 0, SEV_STATUS_INVALID_ASID},
        {SEV_POLICY_ES, 1, SEV_STATUS_SUCCESS},
        {SEV_POLICY_ES, 99, SEV_STATUS_SUCCESS},
        {SEV_POLICY_ES, 100, SEV_STATUS_INVALID_ASID},
        {SEV_POLICY_ES, 510, SEV_STATUS_INVALID_ASID},
    };

    (void)state;
    flow_flush();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const uint32_t handle = flow_start(NULL, cases[i].policy);
        struct sev_guest_status status;

        assert_int_equal(flow_activate(handle, cases[i].asid), cases[i].status);
        assert_int_equal(flow_guest_status(handle, &status), SEV_STATUS_SUCCESS);
        assert_int_equal(status.asid, cases[i].status == SEV_STATUS_SUCCESS ? cases[i].asid : 0);
    }
}

static void active_guest_cannot_be_activated_or_decommissioned(void **state)
{
    const uint32_t handle = flow_guest(SEV_GUEST_LUPDATE);

    (void)state;
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_ACTIVE);
    assert_int_equal(flow_activate(handle, BOARD_ASID + 1), SEV_STATUS_ACTIVE);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, handle), SEV_STATUS_ACTIVE);
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, handle), SEV_STATUS_SUCCESS);
}

static void asid_belongs_to_one_key(void **state)
{
    const uint32_t first = flow_guest(SEV_GUEST_LUPDATE);
    const uint32_t stranger = flow_start(NULL, 0);
    uint32_t sharer = 0;

    (void)state;
    assert_int_equal(flow_share(first, 0, &sharer), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_activate(stranger, BOARD_ASID), SEV_STATUS_ASID_OWNED);
    assert_int_equal(flow_activate(sharer, BOARD_ASID), SEV_STATUS_SUCCESS);
    /* The key stays until the last one leaves. */
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, first), SEV_STATUS_SUCCESS);
    assert_int_equal(board_memctl()->slots[BOARD_ASID].flags, FABRIC_SLOT_VALID);
    assert_int_equal(flow_activate(stranger, BOARD_ASID), SEV_STATUS_ASID_OWNED);
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, sharer), SEV_STATUS_SUCCESS);
    assert_int_equal(board_memctl()->slots[BOARD_ASID].flags, 0);
    assert_int_equal(flow_activate(stranger, BOARD_ASID), SEV_STATUS_DFFLUSH_REQUIRED);
}

static void init_makes_every_asid_wait_for_df_flush(void **state)
{
    const uint32_t handle = flow_start(NULL, 0);

    (void)state;
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_DFFLUSH_REQUIRED);
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_WBINVD_REQUIRED);
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_DFFLUSH_REQUIRED);
    board_wbinvd();
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_DFFLUSH_REQUIRED);
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_SUCCESS);
}

/** Also the first INIT: the variables of a firmware that has just started know of no use. */
static void first_init_makes_every_asid_wait_for_df_flush(void **state)
{
    uint32_t handle;

    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    asid_flushed();
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    handle = flow_start(NULL, 0);
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_DFFLUSH_REQUIRED);
    assert_int_equal(flow_activate(handle, BOARD_ASID + 409), SEV_STATUS_DFFLUSH_REQUIRED);
}

static void every_core_must_have_executed_wbinvd(void **state)
{
    (void)state;
    for (uint32_t core = 0; core < 4; core++) {
        assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_WBINVD_REQUIRED);
        wbinvd_on(core);
    }
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
}

static void deactivate_arms_wbinvd_again(void **state)
{
    const uint32_t handle = flow_guest(SEV_GUEST_LUPDATE);
    const uint32_t next = flow_start(NULL, 0);

    (void)state;
    board_wbinvd(); /* Before DEACTIVATE: does not count. */
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_WBINVD_REQUIRED);
    assert_int_equal(flow_activate(next, BOARD_ASID), SEV_STATUS_DFFLUSH_REQUIRED);
    assert_int_equal(flow_activate(next, BOARD_ASID + 1), SEV_STATUS_SUCCESS); /* Never used. */
    board_wbinvd();
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_SUCCESS);
}

static void df_flush_before_deactivate_does_not_help(void **state)
{
    const uint32_t handle = flow_guest(SEV_GUEST_LUPDATE);

    (void)state;
    flow_flush();
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_DFFLUSH_REQUIRED);
}

static void counter_that_wraps_still_counts(void **state)
{
    const uint32_t handle = flow_guest(SEV_GUEST_LUPDATE);

    (void)state;
    for (uint32_t core = 0; core < 4; core++) {
        memset(hosted_fabric() + FABRIC_CORES_OFFSET + core * sizeof(struct fabric_core), 0xFF, 8);
    }
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_WBINVD_REQUIRED);
    board_wbinvd();
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
}

static void machine_that_does_not_report_wbinvd_is_believed(void **state)
{
    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
}

#define TEST(name) cmocka_unit_test_setup(name, boot_reporting_cores)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(partition_follows_the_policy),
        TEST(active_guest_cannot_be_activated_or_decommissioned),
        TEST(asid_belongs_to_one_key),
        TEST(init_makes_every_asid_wait_for_df_flush),
        TEST(first_init_makes_every_asid_wait_for_df_flush),
        TEST(every_core_must_have_executed_wbinvd),
        TEST(deactivate_arms_wbinvd_again),
        TEST(df_flush_before_deactivate_does_not_help),
        TEST(counter_that_wraps_still_counts),
        cmocka_unit_test_setup(machine_that_does_not_report_wbinvd_is_believed, board_boot_init),
    };

    return cmocka_run_group_tests_name("ASIDs", tests, NULL, NULL);
}
