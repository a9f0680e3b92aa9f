/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T09: a guest that is gone is gone for every command, and so are its key slot and its VMSA values
 * (CVE-2023-20519).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "abi/vmsa_table.h"
#include "firmware/command_table.h"

#include "tests/unit/firmware_sample.h"

static void decommission(uint32_t handle)
{
    assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, handle), SEV_STATUS_SUCCESS);
}

static void check_stale_handle(struct sample *sample)
{
    uint32_t successor = 0;

    if (sample->row->guest_states == 0) {
        return;
    }
    decommission(sample->handle);
    assert_int_equal(sample_run(sample), SEV_STATUS_INVALID_GUEST);
    /* Not even when another guest has taken its place and its ASID. */
    successor = flow_start(NULL, SEV_POLICY_ES);
    flow_flush();
    assert_int_equal(flow_activate(successor, BOARD_ES_ASID), SEV_STATUS_SUCCESS);
    assert_int_equal(sample_run(sample), SEV_STATUS_INVALID_GUEST);
}

static void stale_handle_is_refused_by_every_command(void **state)
{
    (void)state;
    sample_for_each(check_stale_handle);
}

static void sharing_with_a_guest_that_is_gone_is_refused(void **state)
{
    uint32_t handle;
    uint32_t made = 0;

    (void)state;
    (void)board_boot_init(NULL);
    handle = flow_start(NULL, 0);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_share(handle, 0, &made), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(board_status().guest_count, 0);
}

/** @return entries in use of the table in the TMR */
static size_t recorded_vmsas(void)
{
    size_t used = 0;

    for (size_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        struct vmsa_entry entry;
        memcpy(&entry, board_dram(BOARD_TMR + i * sizeof(entry)), sizeof(entry));
        used += entry.state == VMSA_ENTRY_USED ? 1 : 0;
    }
    return used;
}

static void vmsa_values_go_with_the_guest(void **state)
{
    static struct sample sample;

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_LAUNCH_MEASURE));
    assert_int_equal(recorded_vmsas(), 1);
    decommission(sample.handle);
    assert_int_equal(recorded_vmsas(), 0);
    sample_prepare(&sample, command_table_find(SEV_COMMAND_LAUNCH_MEASURE));
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(recorded_vmsas(), 0);
}

/** The page of one guest is no VMSA of another's that has the same key. */
static void vmsa_belongs_to_one_guest(void **state)
{
    static struct sample sample;
    struct sev_swap_out parameters = {.flags = SEV_SWAP_VMSA << 1, .src_paddr = SAMPLE_VMSA};
    uint32_t sharer = 0;

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_SWAP_OUT));
    parameters.dst_paddr = BOARD_BUFFER(20);
    parameters.mdata_paddr = BOARD_BUFFER(21);
    assert_int_equal(flow_share(sample.handle, SEV_POLICY_ES, &sharer), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_activate(sharer, BOARD_ES_ASID), SEV_STATUS_SUCCESS);
    struct sev_measurement measurement;
    assert_int_equal(flow_measure(sharer, &measurement), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order_guest(SEV_COMMAND_LAUNCH_FINISH, sharer), SEV_STATUS_SUCCESS);
    parameters.handle = sharer;
    assert_int_equal(board_command(SEV_COMMAND_SWAP_OUT, &parameters, sizeof(parameters)),
                     SEV_STATUS_BAD_MEASUREMENT);
    parameters.handle = sample.handle;
    assert_int_equal(board_command(SEV_COMMAND_SWAP_OUT, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stale_handle_is_refused_by_every_command),
        cmocka_unit_test(sharing_with_a_guest_that_is_gone_is_refused),
        cmocka_unit_test(vmsa_values_go_with_the_guest),
        cmocka_unit_test(vmsa_belongs_to_one_guest),
    };

    return cmocka_run_group_tests_name("T09 use after free", tests, NULL, NULL);
}
