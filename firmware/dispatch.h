/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dispatcher: takes what the mailbox latched, checks it against the command's row in the order
 * of section 1.5, runs the handler, writes the outputs.
 */
#ifndef FIRMWARE_DISPATCH_H
#define FIRMWARE_DISPATCH_H

#include <stdint.h>

#include "abi/sev_status.h"

/**
 * Executes one command.
 *
 * Every status of every row can result (docs/commands.md). A command that fails has changed nothing
 * but the lengths that INVALID_LENGTH writes back, except where its handler's comment says so.
 *
 * @param id     11 bits, as the x86 side wrote it
 * @param paddr  of the command buffer, C-bit included; ignored for commands without parameters
 */
enum sev_status dispatch_command(uint32_t id, uint64_t paddr);

#endif
