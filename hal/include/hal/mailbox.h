/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailbox registers, shared with x86 software. Each access is one 32-bit access in program
 * order with all earlier memory accesses (x86 DRAM included) completed first.
 */
#ifndef HAL_MAILBOX_H
#define HAL_MAILBOX_H

#include <stdbool.h>
#include <stdint.h>

/**
 * @param offset  MAILBOX_* of abi/mailbox.h, a multiple of 4 below MAILBOX_BAR_BYTES
 * @return the register's value, read once
 */
uint32_t hal_mailbox_read(uint32_t offset);

/**
 * @param offset  as above
 * @param value   written once, after all earlier writes to x86 memory are visible
 */
void hal_mailbox_write(uint32_t offset, uint32_t value);

/**
 * Writes a register only if nobody has written it since it was read: one atomic step.
 *
 * @param expected  what was read
 * @return whether the value was written
 */
bool hal_mailbox_replace(uint32_t offset, uint32_t expected, uint32_t value)
    __attribute__((warn_unused_result));

#endif
