/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T21: an ASID is not used again before WBINVD on every core and DF_FLUSH, whichever way it was given
 * up (CVE-2020-12967).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_cpu.h"
#include "tests/unit/firmware_flow.h"

#define CORES 4u

static uint32_t next; /* A guest that waits for the ASID. */

/** Says to which core complex a core belongs. */
static void set_complex(uint32_t core, uint32_t complex)
{
    memcpy(hosted_fabric() + FABRIC_CORES_OFFSET + core * sizeof(struct fabric_core) +
               offsetof(struct fabric_core, complex),
           &complex, sizeof(complex));
}

static void describe(void)
{
    struct fabric_config *config = board_describe();

    config->flags = FABRIC_FLAG_WBINVD_REPORTED;
    config->cores = CORES;
    for (uint32_t core = 0; core < CORES; core++) {
        const uint32_t apic_id = 2 * core;
        memcpy(hosted_fabric() + FABRIC_CORES_OFFSET + core * sizeof(struct fabric_core) +
                   offsetof(struct fabric_core, apic_id),
               &apic_id, sizeof(apic_id));
        set_complex(core, core);
    }
}

static int boot(void **state)
{
    (void)board_boot(state);
    describe();
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    return 0;
}

static void wbinvd_on(uint32_t core)
{
    hosted_fabric()[FABRIC_CORES_OFFSET + core * sizeof(struct fabric_core)]++;
}

static enum sev_status activate_on(uint32_t handle, uint32_t asid, uint32_t apic_id)
{
    struct sev_activate_ex parameters = {.ex_len = sizeof(parameters),
                                         .handle = handle,
                                         .asid = asid,
                                         .num_ids = 1,
                                         .ids_paddr = BOARD_BUFFER(9)};

    memcpy(board_dram(BOARD_BUFFER(9)), &apic_id, sizeof(apic_id));
    return board_command(SEV_COMMAND_ACTIVATE_EX, &parameters, sizeof(parameters));
}

/** The ASID needs @p cores WBINVDs and a DF_FLUSH before @p next may have it. */
static void assert_needs_flush(uint32_t cores)
{
    assert_int_equal(flow_activate(next, BOARD_ASID), SEV_STATUS_DFFLUSH_REQUIRED);
    assert_int_equal(activate_on(next, BOARD_ASID, 0), SEV_STATUS_DFFLUSH_REQUIRED);
    for (uint32_t core = 0; core < cores; core++) {
        assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_WBINVD_REQUIRED);
        assert_int_equal(flow_activate(next, BOARD_ASID), SEV_STATUS_DFFLUSH_REQUIRED);
        wbinvd_on(core);
    }
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_activate(next, BOARD_ASID), SEV_STATUS_SUCCESS);
}

static void after_deactivate(void **state)
{
    const uint32_t guest = flow_guest(SEV_GUEST_RUNNING);

    (void)state;
    next = flow_start(NULL, 0);
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, guest), SEV_STATUS_SUCCESS);
    assert_needs_flush(CORES);
}

static void after_decommission(void **state)
{
    const uint32_t guest = flow_guest(SEV_GUEST_RUNNING);

    (void)state;
    next = flow_start(NULL, 0);
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, guest), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, guest), SEV_STATUS_SUCCESS);
    assert_needs_flush(CORES);
}

static void after_shutdown_with_the_guest_active(void **state)
{
    (void)state;
    (void)flow_guest(SEV_GUEST_RUNNING);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    next = flow_start(NULL, 0);
    assert_needs_flush(CORES);
}

static void after_reset_of_the_firmware(void **state)
{
    (void)state;
    (void)flow_guest(SEV_GUEST_RUNNING);
    assert_null(board_restart());
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    next = flow_start(NULL, 0);
    assert_needs_flush(CORES);
}

/** After ACTIVATE_EX only the cores that could run the guest owe a WBINVD. */
static void after_deactivate_on_one_core(void **state)
{
    const uint32_t guest = flow_start(NULL, 0);

    (void)state;
    flow_flush();
    assert_int_equal(activate_on(guest, BOARD_ASID, 4), SEV_STATUS_SUCCESS); /* Core 2. */
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, guest), SEV_STATUS_SUCCESS);
    wbinvd_on(0);
    wbinvd_on(1);
    wbinvd_on(3);
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_WBINVD_REQUIRED);
    wbinvd_on(2);
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
}

/** A core may run what its complex may: all of its cores owe a WBINVD. */
static void after_deactivate_on_one_complex(void **state)
{
    uint32_t guest;

    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    set_complex(1, 0x80000007); /* Any number, and any cores. */
    set_complex(3, 0x80000007);
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    guest = flow_start(NULL, 0);
    flow_flush();
    assert_int_equal(activate_on(guest, BOARD_ASID, 2), SEV_STATUS_SUCCESS); /* Core 1. */
    assert_false(cpu_may_run(0, BOARD_ASID));
    assert_true(cpu_may_run(1, BOARD_ASID));
    assert_false(cpu_may_run(2, BOARD_ASID));
    assert_true(cpu_may_run(3, BOARD_ASID));
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, guest), SEV_STATUS_SUCCESS);
    wbinvd_on(0);
    wbinvd_on(1);
    wbinvd_on(2);
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_WBINVD_REQUIRED);
    wbinvd_on(3);
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
}

/** Two cores by two commands: both count. */
static void after_deactivate_on_cores_that_were_added(void **state)
{
    const uint32_t guest = flow_start(NULL, 0);

    (void)state;
    flow_flush();
    assert_int_equal(activate_on(guest, BOARD_ASID, 0), SEV_STATUS_SUCCESS);
    assert_int_equal(activate_on(guest, BOARD_ASID, 6), SEV_STATUS_SUCCESS);
    assert_int_equal(activate_on(guest, BOARD_ASID + 1, 6), SEV_STATUS_ACTIVE);
    assert_int_equal(activate_on(guest, BOARD_ASID, 1), SEV_STATUS_INVALID_PARAM);
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, guest), SEV_STATUS_SUCCESS);
    wbinvd_on(0);
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_WBINVD_REQUIRED);
    wbinvd_on(3);
    assert_int_equal(board_order(SEV_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
}

/** A guest that was activated for all cores has run everywhere. */
static void after_a_mixture_of_activate_and_activate_ex(void **state)
{
    const uint32_t guest = flow_start(NULL, 0);

    (void)state;
    flow_flush();
    assert_int_equal(flow_activate(guest, BOARD_ASID), SEV_STATUS_SUCCESS);
    (void)activate_on(guest, BOARD_ASID, 0);
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, guest), SEV_STATUS_SUCCESS);
    next = flow_start(NULL, 0);
    assert_needs_flush(CORES);
}

static uint32_t flushes;

/** Each core that can still run the guest executes WBINVD now, and may run the guest again then. */
static void flush_while_it_may_run(void *context, const struct hosted_step *step)
{
    (void)context;
    (void)step;
    for (uint32_t core = 0; core < CORES; core++) {
        if (cpu_may_run(core, BOARD_ASID)) {
            cpu_wbinvd(core);
            flushes++;
        }
    }
}

/** Runs a command while cores flush as long as they can run the guest. */
static void order_while_cores_flush(uint32_t id, uint32_t handle)
{
    flushes = 0;
    hosted_set_access_hook(flush_while_it_may_run, NULL);
    assert_int_equal(handle == 0 ? board_order(id) : board_order_guest(id, handle),
                     SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_int_not_equal(flushes, 0);
}

static void wbinvd_during_deactivate_does_not_count(void **state)
{
    const uint32_t guest = flow_guest(SEV_GUEST_RUNNING);

    (void)state;
    next = flow_start(NULL, 0);
    order_while_cores_flush(SEV_COMMAND_DEACTIVATE, guest);
    assert_needs_flush(CORES);
}

static void wbinvd_during_shutdown_does_not_count(void **state)
{
    (void)state;
    (void)flow_guest(SEV_GUEST_RUNNING);
    order_while_cores_flush(SEV_COMMAND_SHUTDOWN, 0);
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    next = flow_start(NULL, 0);
    assert_needs_flush(CORES);
}

/** INIT owes a WBINVD of its own: what was executed before does not count. */
static void wbinvd_before_init_does_not_count(void **state)
{
    (void)state;
    (void)flow_guest(SEV_GUEST_RUNNING);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    board_wbinvd();
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    next = flow_start(NULL, 0);
    assert_needs_flush(CORES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, boot, board_unhook)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(after_deactivate),
        TEST(after_decommission),
        TEST(after_shutdown_with_the_guest_active),
        TEST(after_reset_of_the_firmware),
        TEST(after_deactivate_on_one_core),
        TEST(after_deactivate_on_one_complex),
        TEST(after_deactivate_on_cores_that_were_added),
        TEST(after_a_mixture_of_activate_and_activate_ex),
        TEST(wbinvd_during_deactivate_does_not_count),
        TEST(wbinvd_during_shutdown_does_not_count),
        TEST(wbinvd_before_init_does_not_count),
    };

    return cmocka_run_group_tests_name("T21 flush order", tests, NULL, NULL);
}
