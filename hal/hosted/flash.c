/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The persistent flash bank of the Linux board, with the rules of NOR that QEMU does not model:
 * programming can only clear bits.
 */
#include <string.h>

#include "hal/flash.h"
#include "hal/hosted/boot.h"
#include "hal/hosted/flash_faults.h"
#include "hal/hosted/memory.h"
#include "hal/hosted/state.h"

static void program(uint8_t *flash, const uint8_t *data, size_t length, uint32_t offset)
{
    for (size_t i = 0; i < length; i++) {
        if ((data[i] & ~flash[i]) != 0) {
            hosted_state()->flash.violations++;
            if (hosted_state()->flash.strict) {
                hosted_guard("hal_flash_program: byte 0x%zx is %02x and cannot become %02x",
                             offset + i, flash[i], data[i]);
            }
        }
        flash[i] &= data[i];
    }
}

void hal_flash_read(uint32_t offset, void *buffer, size_t length)
{
    memcpy(buffer, hosted_memory_at(HOSTED_FLASH, offset, length, __func__), length);
}

bool hal_flash_erase(uint32_t offset)
{
    uint8_t *sector = hosted_memory_at(HOSTED_FLASH, offset, HAL_FLASH_SECTOR_BYTES, __func__);
    enum hosted_flash_fate fate;

    if (offset % HAL_FLASH_SECTOR_BYTES != 0) {
        hosted_guard("%s: no sector starts at 0x%x", __func__, offset);
    }
    fate = hosted_flash_operation();
    if (fate == HOSTED_FLASH_FAILED) {
        return false;
    }
    if (fate == HOSTED_FLASH_TORN) {
        hosted_flash_tear_erase(sector);
        hosted_stop(HOSTED_POWER_CUT);
    }
    memset(sector, 0xFF, HAL_FLASH_SECTOR_BYTES);
    return true;
}

bool hal_flash_program(uint32_t offset, const void *buffer, size_t length)
{
    uint8_t *flash = hosted_memory_at(HOSTED_FLASH, offset, length, __func__);
    const uint32_t unit = hosted_state()->flash.unit;
    size_t done = 0;

    if (offset % 8 != 0 || length % 8 != 0) {
        hosted_guard("%s: [0x%x, +0x%zx) is not made of 8-byte words", __func__, offset, length);
    }
    while (done < length) {
        const uint8_t *data = (const uint8_t *)buffer + done;
        const size_t to_boundary = unit - (offset + done) % unit;
        const size_t piece = length - done < to_boundary ? length - done : to_boundary;
        const enum hosted_flash_fate fate = hosted_flash_operation();

        if (fate == HOSTED_FLASH_FAILED) {
            return false;
        }
        if (fate == HOSTED_FLASH_TORN) {
            hosted_flash_tear_program(flash + done, data, piece);
            hosted_stop(HOSTED_POWER_CUT);
        }
        program(flash + done, data, piece, (uint32_t)(offset + done));
        done += piece;
    }
    return true;
}
