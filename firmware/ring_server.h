/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode (section 1.7): commands come from two queues in host memory instead of one at a
 * time through the mailbox. The three mailbox registers change their meaning: docs/mailbox.md.
 */
#ifndef FIRMWARE_RING_SERVER_H
#define FIRMWARE_RING_SERVER_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Takes doorbells and serves the queues, while the mode is on: until they are empty or stand still,
 * the mode ends, or an ordinary mailbox command arrives. Nothing is served while RBCtl holds an
 * answer.
 *
 * @param[out] request  CmdResp of an ordinary command that came while the mode was on, or 0. When
 *                      the mode is off afterwards, a command in a ring has ended it just before
 * @return whether a doorbell was taken or a command served
 */
bool ring_serve(uint32_t *request);

#endif
