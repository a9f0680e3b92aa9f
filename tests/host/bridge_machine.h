/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the machine's mailbox start from: a machine that is interrupted, in front of a board
 * that the test plays.
 */
#ifndef TESTS_HOST_BRIDGE_MACHINE_H
#define TESTS_HOST_BRIDGE_MACHINE_H

#include <stdint.h>

#include "abi/mailbox.h"
#include "abi/sev_command_id.h"

#define STATUS_REQUEST (SEV_COMMAND_PLATFORM_STATUS << MAILBOX_CMDRESP_ID_SHIFT)
#define NOP_REQUEST (SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT)
#define RING_REQUEST (SEV_COMMAND_RING_BUFFER << MAILBOX_CMDRESP_ID_SHIFT)
#define DONE MAILBOX_CMDRESP_RESPONSE

int bridge_machine_set_up(void **state);
int bridge_machine_tear_down(void **state);

/** A register, as the machine sees it. */
uint32_t bridge_machine_get(uint32_t offset);
void bridge_machine_set(uint32_t offset, uint32_t value);

/** @return how often the machine was interrupted since the last call */
uint64_t bridge_machine_interrupts(void);

#define BRIDGE_MACHINE_TEST(function)                                                              \
    cmocka_unit_test_setup_teardown(function, bridge_machine_set_up, bridge_machine_tear_down)

#endif
