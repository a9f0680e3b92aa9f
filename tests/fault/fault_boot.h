/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boots the firmware on the Linux board in a process of its own, once per fault, and says what it
 * found: the identity that INIT loads, and what became of it.
 */
#ifndef TESTS_FAULT_FAULT_BOOT_H
#define TESTS_FAULT_FAULT_BOOT_H

#include <stdint.h>

#include "tests/unit/firmware_board.h"

/** What the firmware does between INIT and the fault. */
enum fault_action {
    FAULT_INIT, /**< INIT alone. */
    FAULT_PEK_GEN,
    FAULT_PDH_GEN,
    FAULT_PEK_CERT_IMPORT,
    FAULT_PLATFORM_RESET, /**< After SHUTDOWN. */
    FAULT_ACTIONS,
};

extern const char *const fault_action_names[FAULT_ACTIONS];

/** What a boot reports through the shared DRAM. */
struct fault_report {
    enum sev_status init;
    enum sev_status action;
    uint32_t owner;
    struct board_certificates certificates;
};

/** @return the last boot's report; it lies at the end of DRAM, which survives a power cut */
struct fault_report *fault_report(void);

/** Remembers flash and a PEK_CERT_IMPORT for it, so that every fault starts from the same state. */
void fault_remember_flash(void);

/** Puts back what fault_remember_flash() remembered. */
void fault_restore_flash(void);

/** Boots, INITs, performs the action, and reports. @return how it ended */
enum hosted_ending fault_boot(enum fault_action action);

/** As fault_boot(), with the fault armed just before the action. */
enum hosted_ending fault_boot_with(enum fault_action action, void (*arm)(void));

/** Counts the flash operations of an action that succeeds. */
uint64_t fault_count_operations(enum fault_action action);

#endif
