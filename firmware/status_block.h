/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status block of the fabric (docs/fabric.md): what the firmware tells about itself without being
 * asked. Tools on the x86 side read it in place of issuing a command.
 */
#ifndef FIRMWARE_STATUS_BLOCK_H
#define FIRMWARE_STATUS_BLOCK_H

#include <stdint.h>

#include "abi/sev_status.h"

/** Takes over generation and boot count from the fabric, and says that nobody serves yet. */
void status_block_start(void);

/** Fills the block in and says that commands are served: the mailbox opens. */
void status_block_open(void);

/**
 * Counts a command and brings the block up to date. To be called before the x86 side can see the
 * command's answer, so that who has the answer finds the block as the command left it.
 *
 * @param id      as the x86 side wrote it
 * @param status  what is answered
 */
void status_block_served(uint32_t id, enum sev_status status);

/** Says that nobody serves any more: the firmware is about to stop. */
void status_block_close(void);

#endif
