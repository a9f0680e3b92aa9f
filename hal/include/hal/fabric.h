/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fabric file (abi/fabric.h), shared with the x86 emulator's hardware model.
 */
#ifndef HAL_FABRIC_H
#define HAL_FABRIC_H

#include <stddef.h>
#include <stdint.h>

/**
 * Copies from the fabric; each byte is read once.
 *
 * @param offset       bytes from its start; offset + length <= FABRIC_FILE_BYTES
 * @param[out] buffer  @p length bytes
 */
void hal_fabric_read(uint32_t offset, void *buffer, size_t length);

/**
 * Copies to the fabric; completes before any later fabric, mailbox or DRAM write.
 *
 * @param offset      bytes from its start; offset + length <= FABRIC_FILE_BYTES
 * @param[in] buffer  @p length bytes
 */
void hal_fabric_write(uint32_t offset, const void *buffer, size_t length);

/**
 * Takes back what a firmware has said in the fabric: status block, keys, TMRs, cores of each ASID.
 * What is not there stays as it is. hal_power_off() does the same.
 */
void hal_fabric_withdraw(void);

#endif
