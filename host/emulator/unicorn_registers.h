/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers of a core of Unicorn.
 */
#ifndef HOST_EMULATOR_UNICORN_REGISTERS_H
#define HOST_EMULATOR_UNICORN_REGISTERS_H

#include <unicorn/unicorn.h>

#include "host/emulator/backend.h"

/** Reads all registers. */
void unicorn_registers_get(uc_engine *engine, struct backend_registers *registers);

/** Writes those that differ from what the core has. @param now  what it has */
void unicorn_registers_set(uc_engine *engine, const struct backend_registers *registers,
                           const struct backend_registers *now);

/** Reads what page walks look at. */
void unicorn_registers_paging(uc_engine *engine, struct backend_paging *paging);

#endif
