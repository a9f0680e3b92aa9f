/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T27, T09: a core that goes in and out of a VMSA as fast as it can, whatever a command is about to do
 * with the page, keeps no VMSA of a guest that has ended.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/guest/guest.h"

#include "tests/unit/firmware_cpu.h"
#include "tests/unit/firmware_sample.h"

static struct sample sample;
static struct cpu_run core;
static bool inside;
static bool fits; /**< The core has the guest's ASID, so that the page fits. */

/** Goes in, or out. */
static void turn(void)
{
    if (inside) {
        (void)cpu_leave(&core);
        inside = false;
    } else if (fits) {
        inside = cpu_enter(&core, BOARD_ES_ASID, SAMPLE_VMSA);
    } else if (cpu_find(SAMPLE_VMSA) != NULL && cpu_find(SAMPLE_VMSA)->state == VMSA_ENTRY_USED) {
        /* VMRUN with another ASID: it has taken the entry, and will find that the page is garbage. */
        core = (struct cpu_run){.entry = cpu_find(SAMPLE_VMSA), .paddr = SAMPLE_VMSA};
        core.handle = core.entry->handle;
        core.entry->state = VMSA_ENTRY_RUNNING;
        inside = true;
    }
}

static void turn_before_each_swap(void *context, const struct hosted_step *step)
{
    (void)context;
    if (step->memory == HOSTED_DRAM && step->kind == HOSTED_REPLACE) {
        turn();
    }
}

static uint32_t valid_entries(void)
{
    uint32_t valid = 0;

    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        const struct vmsa_entry *entry = &cpu_table()[i];
        valid += entry->state != VMSA_ENTRY_FREE && entry->state != VMSA_ENTRY_REMOVED ? 1 : 0;
    }
    return valid;
}

/** DECOMMISSION takes a VMSA away whichever way the core turns, and leaves nothing for ever. */
static void ended_guest_keeps_no_vmsa(void **state)
{
    static uint8_t former[SEV_VMSA_BYTES];

    (void)state;
    for (uint32_t way = 0; way < 4; way++) {
        struct sev_launch_update vmsa = {.paddr = SAMPLE_VMSA, .length = SEV_VMSA_BYTES};
        struct sev_handle parameters;
        uint32_t other = 0;

        sample_prepare(&sample, command_table_find(SEV_COMMAND_COPY));
        parameters.handle = sample.handle;
        assert_int_equal(flow_share(sample.handle, SEV_POLICY_ES, &other), SEV_STATUS_SUCCESS);
        assert_int_equal(flow_activate(other, BOARD_ES_ASID), SEV_STATUS_SUCCESS);
        vmsa.handle = other;
        assert_int_equal(board_order_guest(SEV_COMMAND_DEACTIVATE, sample.handle),
                         SEV_STATUS_SUCCESS);
        fits = (way & 1u) != 0;
        inside = false;
        if ((way & 2u) != 0) {
            turn();
        }
        hosted_set_access_hook(turn_before_each_swap, NULL);
        assert_int_equal(board_command(SEV_COMMAND_DECOMMISSION, &parameters, sizeof(parameters)),
                         SEV_STATUS_SUCCESS);
        hosted_set_access_hook(NULL, NULL);
        assert_null(cpu_find(SAMPLE_VMSA));
        if (inside) {
            turn();
        }
        assert_int_equal(valid_entries(), 0);
        memcpy(former, board_dram(SAMPLE_VMSA), sizeof(former));
        /* A guest with the same key: what is run at the page is its own. */
        assert_int_equal(board_command(SEV_COMMAND_LAUNCH_UPDATE_VMSA, &vmsa, sizeof(vmsa)),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(valid_entries(), 1);
        assert_true(cpu_could_enter(BOARD_ES_ASID, SAMPLE_VMSA, NULL));
        memcpy(board_dram(SAMPLE_VMSA), former, sizeof(former));
        assert_false(cpu_could_enter(BOARD_ES_ASID, SAMPLE_VMSA, NULL));
    }
}

static int unhook(void **state)
{
    (void)state;
    hosted_set_access_hook(NULL, NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(ended_guest_keeps_no_vmsa, unhook),
    };

    return cmocka_run_group_tests_name("T27 a core beside a command", tests, NULL, NULL);
}
