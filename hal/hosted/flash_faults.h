/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults of the flash bank of the Linux board, as the flash asks for them.
 */
#ifndef HAL_HOSTED_FLASH_FAULTS_H
#define HAL_HOSTED_FLASH_FAULTS_H

#include "hal/hosted/hosted.h"

/** What becomes of a flash operation. */
enum hosted_flash_fate { HOSTED_FLASH_DONE, HOSTED_FLASH_FAILED, HOSTED_FLASH_TORN };

/** Counts an operation. */
enum hosted_flash_fate hosted_flash_operation(void);

/** Leaves a sector as an erase does that the power failed in. */
void hosted_flash_tear_erase(uint8_t *sector);

/** Leaves @p length bytes (multiple of 8) as programming @p data does that the power failed in. */
void hosted_flash_tear_program(uint8_t *flash, const uint8_t *data, size_t length);

#endif
