/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flash bank that holds persistent data. NOR: an erase sets a sector to FFh, programming only
 * clears bits, and power can fail in the middle of either.
 */
#ifndef HAL_FLASH_H
#define HAL_FLASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HAL_FLASH_SECTOR_BYTES 0x40000u
#define HAL_FLASH_SECTORS 8u /**< How many sectors the firmware may use. */

/**
 * @param offset       offset + length <= HAL_FLASH_SECTORS * HAL_FLASH_SECTOR_BYTES
 * @param[out] buffer  @p length bytes
 */
void hal_flash_read(uint32_t offset, void *buffer, size_t length);

/**
 * Sets one sector to FFh.
 *
 * @param offset  start of the sector
 * @return false when the device reports an error or does not finish in time
 */
bool hal_flash_erase(uint32_t offset) __attribute__((warn_unused_result));

/**
 * Clears bits: afterwards each byte is the AND of what it was and of what is given.
 *
 * @param offset      multiple of 8
 * @param[in] buffer  @p length bytes
 * @param length      multiple of 8
 * @return false when the device reports an error or does not finish in time
 */
bool hal_flash_program(uint32_t offset, const void *buffer, size_t length)
    __attribute__((warn_unused_result));

#endif
