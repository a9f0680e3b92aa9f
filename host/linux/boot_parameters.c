/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linux's boot protocol for x86.
 */
#include "host/linux/boot_parameters.h"

#include <string.h>

#define SECTOR 512u

/* In the file and in the parameters alike. */
enum {
    E820_COUNT = 0x1e8,
    SETUP_HEADER = 0x1f1,
    SETUP_SECTORS = 0x1f1,
    JUMP_LENGTH = 0x201,
    MAGIC = 0x202,
    VERSION = 0x206,
    LOADER_TYPE = 0x210,
    LOAD_FLAGS = 0x211,
    CODE32_START = 0x214,
    RAMDISK_IMAGE = 0x218,
    RAMDISK_SIZE = 0x21c,
    COMMAND_LINE_POINTER = 0x228,
    XLOADFLAGS = 0x236,
    COMMAND_LINE_SIZE = 0x238,
    SETUP_DATA = 0x250,
    PREFERRED_ADDRESS = 0x258,
    INIT_SIZE = 0x260,
    HEADER_END = 0x264,
    E820_TABLE = 0x2d0,
};
#define E820_ENTRY_BYTES 20u
#define E820_RAM 1u
#define E820_RESERVED 2u
#define HEADER_MAX 0x290u /* where the table of disks begins */
#define PROTOCOL 0x20cu
#define LOADER_UNDEFINED 0xffu
#define LOADED_HIGH 1u
#define HAS_64_BIT_ENTRY 1u

static uint64_t get(const uint8_t *from, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) {
        value |= (uint64_t)from[i] << (8 * i);
    }
    return value;
}

static void put(uint8_t *to, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

bool boot_kernel_read(const uint8_t *file, size_t length, struct boot_kernel *kernel)
{
    if (length < HEADER_MAX || memcmp(file + MAGIC, "HdrS", 4) != 0 ||
        get(file + VERSION, 2) < PROTOCOL || (get(file + XLOADFLAGS, 2) & HAS_64_BIT_ENTRY) == 0) {
        return false;
    }
    const uint64_t sectors = file[SETUP_SECTORS] != 0 ? file[SETUP_SECTORS] : 4;
    *kernel = (struct boot_kernel){
        .offset = (sectors + 1) * SECTOR,
        .paddr = get(file + PREFERRED_ADDRESS, 8),
        .memory = get(file + INIT_SIZE, 4),
        .command_line_max = (uint32_t)get(file + COMMAND_LINE_SIZE, 4),
    };
    if (kernel->offset >= length || kernel->paddr > MAP_LOW_MAX) {
        return false;
    }
    const uint64_t bytes = length - kernel->offset;
    kernel->memory = kernel->memory > bytes ? kernel->memory : bytes;
    return true;
}

static void put_map(uint8_t *parameters, uint64_t memory)
{
    const uint64_t low = map_low_bytes(memory);
    const struct {
        struct map_range range;
        uint32_t type;
    } map[] = {
        {{0, MAP_LOW_RAM_END}, E820_RAM},
        {{MAP_MP_TABLE, MAP_MP_TABLE_END - MAP_MP_TABLE}, E820_RESERVED},
        {{MAP_MIB, low - MAP_MIB}, E820_RAM},
        {{MAP_HIGH_BASE, memory - low}, E820_RAM},
    };
    uint8_t count = 0;
    for (size_t i = 0; i < sizeof map / sizeof map[0]; i++) {
        if (map[i].range.length != 0) {
            uint8_t *entry = parameters + E820_TABLE + (size_t)E820_ENTRY_BYTES * count++;
            put(entry, map[i].range.paddr, 8);
            put(entry + 8, map[i].range.length, 8);
            put(entry + 16, map[i].type, 4);
        }
    }
    parameters[E820_COUNT] = count;
}

void boot_parameters_make(const uint8_t *file, uint64_t initrd, uint64_t initrd_bytes,
                          uint64_t memory, uint8_t *parameters)
{
    size_t end = MAGIC + (size_t)file[JUMP_LENGTH];
    end = end < HEADER_END ? HEADER_END : end > HEADER_MAX ? HEADER_MAX : end;
    memcpy(parameters + SETUP_HEADER, file + SETUP_HEADER, HEADER_END - SETUP_HEADER);
    if (end > HEADER_END) {
        memcpy(parameters + HEADER_END, file + HEADER_END, end - HEADER_END);
    }
    parameters[LOADER_TYPE] = LOADER_UNDEFINED;
    parameters[LOAD_FLAGS] |= LOADED_HIGH;
    put(parameters + CODE32_START, get(file + PREFERRED_ADDRESS, 8), 4);
    put(parameters + RAMDISK_IMAGE, initrd_bytes != 0 ? initrd : 0, 4);
    put(parameters + RAMDISK_SIZE, initrd_bytes, 4);
    put(parameters + COMMAND_LINE_POINTER, MAP_COMMAND_LINE, 4);
    put(parameters + SETUP_DATA, MAP_SECRET_ENTRY, 8);
    put_map(parameters, memory);
}

void boot_parameters_secret_entry(uint8_t entry[MAP_SECRET_ENTRY_HEADER])
{
    put(entry, 0, 8); /* the last one */
    put(entry + 8, MAP_SECRET_ENTRY_TYPE, 4);
    put(entry + 12, MAP_SECRET_BYTES, 4);
}
