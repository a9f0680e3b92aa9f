/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash bank 1: NOR with the Intel command set (CFI), two 16-bit devices side by side, so that each
 * command and status is written and read twice in a word.
 *
 * Each change between commands and data makes the emulator map the bank anew, which takes longer than
 * to program a buffer. READ_ARRAY is one, and to the emulator so is CLEAR_STATUS: so status is cleared
 * only when it tells of an error, and a piece is programmed buffer after buffer.
 */
#include "hal/flash.h"

#include "arch/arm/cp15.h"
#include "arch/arm/panic.h"
#include "hal/qemu_virt/board.h"
#include "hal/timer.h"

#define TWICE(command) ((command)*0x00010001u)
#define COMMAND_ERASE TWICE(0x20u)
#define COMMAND_CLEAR_STATUS TWICE(0x50u)
#define COMMAND_QUERY TWICE(0x98u)
#define COMMAND_CONFIRM TWICE(0xD0u)
#define COMMAND_BUFFERED_WRITE TWICE(0xE8u)
#define COMMAND_READ_ARRAY TWICE(0xFFu)
#define STATUS_READY TWICE(0x80u)
#define STATUS_ERRORS TWICE(0x3Au) /* Erase, program, voltage, lock. */
#define QUERY_ADDRESS (0x55u * 4)
#define QUERY_STRING (0x10u * 4) /* Reads "QRY", one character per address. */

#define BUFFER_BYTES 2048u
#define PIECE_BYTES (4 * BUFFER_BYTES) /* What is programmed before data can be read again. */
#define ERASE_MICROSECONDS 10000000u
#define PROGRAM_MICROSECONDS 1000000u
#define FLASH_BYTES (HAL_FLASH_SECTORS * HAL_FLASH_SECTOR_BYTES)

static uintptr_t address_of(uint32_t offset, size_t length, uint32_t alignment)
{
    if (offset > FLASH_BYTES || length > FLASH_BYTES - offset || offset % alignment != 0 ||
        length % alignment != 0) {
        panic_stop("flash access out of range");
    }
    return BOARD_FLASH1 + offset;
}

bool board_flash_start(void)
{
    bool found = true;

    mmio_write32(BOARD_FLASH1 + QUERY_ADDRESS, COMMAND_QUERY);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t expected = TWICE((uint32_t) "QRY"[i]);

        found = found && mmio_read32(BOARD_FLASH1 + QUERY_STRING + 4 * i) == expected;
    }
    mmio_write32(BOARD_FLASH1, COMMAND_CLEAR_STATUS);
    mmio_write32(BOARD_FLASH1, COMMAND_READ_ARRAY);
    return found;
}

void hal_flash_read(uint32_t offset, void *buffer, size_t length)
{
    uintptr_t address = address_of(offset, length, 1);
    uint8_t *bytes = buffer;

    for (; length >= 4 && address % 4 == 0; length -= 4, address += 4, bytes += 4) {
        uint32_t word = mmio_read32(address);

        __builtin_memcpy(bytes, &word, sizeof(word));
    }
    for (; length > 0; length--) {
        *bytes++ = mmio_read8(address++);
    }
}

static bool wait_until_ready(uintptr_t address, uint64_t microseconds)
{
    uint64_t end = hal_timer_microseconds() + microseconds;

    while ((mmio_read32(address) & STATUS_READY) != STATUS_READY) {
        if (hal_timer_microseconds() > end) {
            return false;
        }
    }
    return true;
}

/** Waits for the end of an operation. @return whether it succeeded; reads still give the status */
static bool finish(uintptr_t address, uint64_t microseconds)
{
    bool succeeded =
        wait_until_ready(address, microseconds) && (mmio_read32(address) & STATUS_ERRORS) == 0;

    if (!succeeded) {
        mmio_write32(address, COMMAND_CLEAR_STATUS); /* Or the next operation would seem to fail. */
    }
    return succeeded;
}

/** Reads give data again. */
static void read_array(uintptr_t address)
{
    mmio_write32(address, COMMAND_READ_ARRAY);
    barrier_dsb();
}

bool hal_flash_erase(uint32_t offset)
{
    uintptr_t address = address_of(offset, HAL_FLASH_SECTOR_BYTES, HAL_FLASH_SECTOR_BYTES);
    bool succeeded;

    mmio_write32(address, COMMAND_ERASE);
    mmio_write32(address, COMMAND_CONFIRM);
    succeeded = finish(address, ERASE_MICROSECONDS);
    read_array(address);
    return succeeded;
}

/** Programs @p count words that do not cross a buffer's boundary. */
static bool program_buffer(uintptr_t address, const uint32_t *words, uint32_t count)
{
    mmio_write32(address, COMMAND_BUFFERED_WRITE);
    if (!wait_until_ready(address, PROGRAM_MICROSECONDS)) {
        return false;
    }
    mmio_write32(address, TWICE(count - 1));
    for (uint32_t i = 0; i < count; i++) {
        mmio_write32(address + 4 * i, words[i]);
    }
    mmio_write32(address, COMMAND_CONFIRM);
    return finish(address, PROGRAM_MICROSECONDS);
}

/** Programs @p length bytes, at most PIECE_BYTES, buffer by buffer. */
static bool program_piece(uintptr_t address, const uint8_t *bytes, size_t length)
{
    static uint32_t words[PIECE_BYTES / 4];
    bool succeeded = true;

    /* NOR only clears bits; the emulated device would set them, too. */
    __builtin_memcpy(words, bytes, length);
    for (uint32_t i = 0; i < length / 4; i++) {
        words[i] &= mmio_read32(address + 4 * i);
    }
    for (size_t done = 0; done < length && succeeded;) {
        size_t left = BUFFER_BYTES - (address + done) % BUFFER_BYTES;
        size_t part = length - done < left ? length - done : left;

        succeeded = program_buffer(address + done, &words[done / 4], (uint32_t)part / 4);
        done += part;
    }
    read_array(address);
    return succeeded;
}

bool hal_flash_program(uint32_t offset, const void *buffer, size_t length)
{
    uintptr_t address = address_of(offset, length, 8);
    const uint8_t *bytes = buffer;

    while (length > 0) {
        size_t part = length < PIECE_BYTES ? length : PIECE_BYTES;

        if (!program_piece(address, bytes, part)) {
            return false;
        }
        bytes += part;
        address += part;
        length -= part;
    }
    return true;
}
