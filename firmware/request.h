/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The request that is being executed, for the one command whose answer another firmware gives
 * (DOWNLOAD_FIRMWARE, section 12).
 */
#ifndef FIRMWARE_REQUEST_H
#define FIRMWARE_REQUEST_H

#include <stdint.h>

/** Remembers a request before it is executed. @param cmdresp  CmdResp as the x86 side wrote it */
void request_begin(uint32_t cmdresp);

/** @return CmdResp of the mailbox command that is being executed */
uint32_t request_current(void);

#endif
