/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorbell for tests that count its bytes (docs/mailbox.md). A byte is the last step of an answer:
 * whoever looks at CmdResp and INTSTS alone, as the client library may, goes on before the byte is
 * there, and finds it later beside those of the next command. And QEMU forgets what it would ring as
 * long as it has not yet accepted the client's connection. So a test that counts settles first, and
 * then takes the byte of each command before it issues the next.
 */
#ifndef TESTS_COMMON_DOORBELL_H
#define TESTS_COMMON_DOORBELL_H

#include <stdbool.h>
#include <stdint.h>

#include "host/lib/mailbox.h"

/**
 * Waits until the board rings this client, and takes what earlier commands have left: the next byte is
 * that of the next command, however late it comes. Issues NOPs; INTEN and INTSTS are 0 afterwards.
 *
 * @param client  connected, with no command in flight and not in ring-buffer mode
 * @return false when the board does not answer, or has closed the doorbell
 */
bool doorbell_settle(struct mailbox_client *client) __attribute__((warn_unused_result));

/** Waits for the next byte. @return it, or -1 when none comes for a minute */
int doorbell_take(const struct mailbox_client *client);

/**
 * Issues a command, and takes its byte and no more.
 *
 * @param request  for CmdResp
 * @param paddr    for CmdBufAddr
 * @return the byte, or -1 when none comes for a minute; CmdResp and INTSTS tell the rest
 */
int doorbell_command(struct mailbox_client *client, uint32_t request, uint64_t paddr);

#endif
