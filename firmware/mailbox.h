/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailbox (docs/mailbox.md): takes a command from the registers, has it executed, answers.
 */
#ifndef FIRMWARE_MAILBOX_H
#define FIRMWARE_MAILBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_status.h"

/**
 * Says that the firmware serves commands: CmdResp, feature register.
 *
 * @param pending_request  CmdResp of the command that brought this firmware here and is answered now,
 *                         or 0: then CmdResp gets its idle value, unless a command waits there
 * @param status           of that command
 */
void mailbox_open(uint32_t pending_request, enum sev_status status);

/** Says that nobody serves commands any more: the firmware is about to stop. */
void mailbox_close(void);

/**
 * Serves one command if x86 has written one.
 *
 * @return whether there was one
 */
bool mailbox_serve(void);

/** @return whether x86 has written a command; mailbox_serve() looks again */
bool mailbox_has_request(void);

#endif
