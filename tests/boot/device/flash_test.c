/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of hal/flash.h, in the last sector.
 */
#include <string.h>

#include "hal/flash.h"
#include "tests/boot/device/test.h"

#define SECTOR ((HAL_FLASH_SECTORS - 1) * HAL_FLASH_SECTOR_BYTES)
#define PIECE 6000u /* Crosses buffers of 2 KiB; both ends within one. */
#define PLACE (SECTOR + 1000)

static uint8_t written[PIECE];
static uint8_t seen[PIECE + 16];

static bool is_filled(uint32_t offset, size_t length, uint8_t value)
{
    for (size_t i = 0; i < length; i += sizeof(seen)) {
        size_t part = length - i < sizeof(seen) ? length - i : sizeof(seen);

        hal_flash_read(offset + (uint32_t)i, seen, part);
        for (size_t k = 0; k < part; k++) {
            if (seen[k] != value) {
                return false;
            }
        }
    }
    return true;
}

static void test_and(void)
{
    bool done;

    memset(written, 0x3C, 8);
    done = hal_flash_program(SECTOR + 16, written, 8);
    memset(written, 0xF5, 8);
    done = done && hal_flash_program(SECTOR + 16, written, 8);
    test_report("flash only clears bits", done && is_filled(SECTOR + 16, 8, 0x34) &&
                                              is_filled(SECTOR, 16, 0xFF) &&
                                              is_filled(SECTOR + 24, 16, 0xFF));
}

void test_flash(void)
{
    bool done = hal_flash_erase(SECTOR);

    test_report("flash erases to FFh", done && is_filled(SECTOR, HAL_FLASH_SECTOR_BYTES, 0xFF));
    for (size_t i = 0; i < sizeof(written); i++) {
        written[i] = (uint8_t)(i * 13 + i / 251);
    }
    done = hal_flash_program(PLACE, written, PIECE);
    hal_flash_read(PLACE - 8, seen, PIECE + 16);
    test_report("flash programs across buffers", done && memcmp(&seen[8], written, PIECE) == 0);
    test_report("flash programs nothing else", is_filled(PLACE - 8, 8, 0xFF) &&
                                                   is_filled(PLACE + PIECE, 8, 0xFF) &&
                                                   is_filled(SECTOR, 1000, 0xFF));
    hal_flash_read(PLACE + 3, seen, 7);
    test_report("flash reads any alignment", memcmp(seen, &written[3], 7) == 0);
    test_and();
    done = hal_flash_erase(SECTOR);
    test_report("flash erases again", done && is_filled(SECTOR, HAL_FLASH_SECTOR_BYTES, 0xFF));
}
