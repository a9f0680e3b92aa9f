/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an instruction accesses memory: Unicorn tells of a page that is not there which page it is, and
 * CR2 wants the byte.
 */
#ifndef HOST_EMULATOR_OPERAND_H
#define HOST_EMULATOR_OPERAND_H

#include "host/emulator/backend.h"

/**
 * @param bytes      @p length bytes of the instruction at RIP
 * @param registers  before it
 * @return address of its memory operand; 0 when ModRM names none
 */
uint64_t operand_address(const uint8_t *bytes, size_t length,
                         const struct backend_registers *registers);

/**
 * Finds the first byte in a page that an instruction accesses.
 *
 * @param page  of linear addresses
 * @return its address; that of the page when the instruction begins its access before it, or in a way
 *         that is not known here
 */
uint64_t operand_in_page(const uint8_t *bytes, size_t length,
                         const struct backend_registers *registers, uint64_t page);

#endif
