/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One large buffer in secure RAM, for commands that must hold a whole page of 2 MiB or a firmware
 * file before they may use any of it. Commands run one at a time; each wipes what it left here.
 */
#ifndef FIRMWARE_BULK_H
#define FIRMWARE_BULK_H

#include <stdint.h>

#define BULK_BYTES 0x202000u

extern uint8_t bulk_buffer[BULK_BYTES];

#endif
