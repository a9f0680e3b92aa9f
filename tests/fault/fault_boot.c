/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boots for the fault tests (fault_boot.h). The child process has no test to fail: it only reports.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/firmware.h"

#include "tests/fault/fault_boot.h"
#include "tests/unit/firmware_flow.h"

#define REPORT_BYTES 0x4000u
#define NOTHING_RAN ((enum sev_status)0xFFFF)

const char *const fault_action_names[FAULT_ACTIONS] = {"INIT", "PEK_GEN", "PDH_GEN",
                                                       "PEK_CERT_IMPORT", "PLATFORM_RESET"};

static uint8_t remembered[HOSTED_FLASH_BYTES];
static struct sev_pek_cert_import import; /* Its certificates stay in DRAM. */

static enum fault_action boot_action;
static void (*boot_arm)(void);

struct fault_report *fault_report(void)
{
    _Static_assert(sizeof(struct fault_report) <= REPORT_BYTES, "the report has its place");
    return (struct fault_report *)(void *)(hosted_dram() + hosted_dram_bytes() - REPORT_BYTES);
}

void fault_remember_flash(void)
{
    memcpy(remembered, hosted_flash(), sizeof(remembered));
}

void fault_restore_flash(void)
{
    memcpy(hosted_flash(), remembered, sizeof(remembered));
}

static enum sev_status act(void)
{
    switch (boot_action) {
    case FAULT_PEK_GEN:
        return board_order(SEV_COMMAND_PEK_GEN);
    case FAULT_PDH_GEN:
        return board_order(SEV_COMMAND_PDH_GEN);
    case FAULT_PEK_CERT_IMPORT:
        return board_command(SEV_COMMAND_PEK_CERT_IMPORT, &import, sizeof(import));
    case FAULT_PLATFORM_RESET:
        return board_order(SEV_COMMAND_PLATFORM_RESET);
    default:
        return SEV_STATUS_SUCCESS;
    }
}

/** The whole boot, in the child. @return 0, or 1 when the firmware did not start */
static int run(void *unused)
{
    struct fault_report *report = fault_report();

    (void)unused;
    memset(report, 0, sizeof(*report));
    report->init = NOTHING_RAN;
    report->action = NOTHING_RAN;
    if (firmware_start() != NULL) {
        return 1;
    }
    if (boot_action == FAULT_INIT && boot_arm != NULL) {
        boot_arm();
    }
    report->init = board_init(0);
    if (report->init != SEV_STATUS_SUCCESS) {
        return 0;
    }
    if (boot_action == FAULT_PEK_CERT_IMPORT) {
        struct oracle_key owner;
        flow_prepare_import(&import, &owner);
    }
    if (boot_action == FAULT_PLATFORM_RESET) {
        (void)board_order(SEV_COMMAND_SHUTDOWN);
    }
    if (boot_action != FAULT_INIT && boot_arm != NULL) {
        boot_arm();
    }
    report->action = act();
    if (boot_action != FAULT_PLATFORM_RESET) {
        report->owner = board_status().owner;
        board_export(&report->certificates);
    }
    return 0;
}

enum hosted_ending fault_boot_with(enum fault_action action, void (*arm)(void))
{
    boot_action = action;
    boot_arm = arm;
    return hosted_boot(run, NULL, NULL);
}

enum hosted_ending fault_boot(enum fault_action action)
{
    return fault_boot_with(action, NULL);
}

static uint64_t operations_before;

static void note_operations(void)
{
    operations_before = hosted_flash_operations();
    memcpy(hosted_dram() + hosted_dram_bytes() - 8, &operations_before, 8);
}

uint64_t fault_count_operations(enum fault_action action)
{
    uint64_t before;

    assert_int_equal(fault_boot_with(action, note_operations), HOSTED_RETURNED);
    assert_int_equal(fault_report()->init, SEV_STATUS_SUCCESS);
    assert_int_equal(fault_report()->action, SEV_STATUS_SUCCESS);
    memcpy(&before, hosted_dram() + hosted_dram_bytes() - 8, 8);
    return hosted_flash_operations() - before;
}
