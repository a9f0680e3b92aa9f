/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two files of the machine's mailbox share: mailbox_port.c has commands at the board,
 * mailbox_registers.c what the machine reads and writes.
 */
#ifndef HOST_BRIDGE_MAILBOX_PORT_INTERNAL_H
#define HOST_BRIDGE_MAILBOX_PORT_INTERNAL_H

#include "host/bridge/mailbox_port.h"

/** @return whether a value of CmdResp is a request */
bool mailbox_port_is_request(uint32_t value);

/** Gives the request that CMDRESP has to the board, now or as soon as it can be had. */
void mailbox_port_take_request(struct mailbox_port *port);

/** There is no command any more. The board is free for others; its doorbell, too, before long. */
void mailbox_port_become_idle(struct mailbox_port *port);

#endif
