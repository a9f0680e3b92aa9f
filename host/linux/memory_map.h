/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where things lie in the memory of a Linux guest. Guest and host physical addresses are the same: the
 * guest's memory is the first of the machine's, the host's the last.
 */
#ifndef HOST_LINUX_MEMORY_MAP_H
#define HOST_LINUX_MEMORY_MAP_H

#include <stddef.h>
#include <stdint.h>

#define MAP_MIB (UINT64_C(1) << 20)
#define MAP_GIB (UINT64_C(1) << 30)
#define MAP_PAGE UINT64_C(4096)
#define MAP_BLOCK UINT64_C(16)      /**< Of the cipher. */
#define MAP_LOW_MAX (2 * MAP_GIB)   /**< Most memory below 4 GiB. */
#define MAP_HIGH_BASE (4 * MAP_GIB) /**< Where the rest begins. */
#define MAP_MEMORY_MIN_MIB 256u
#define MAP_MEMORY_MAX_MIB 4096u

#define MAP_PAGE_TABLES UINT64_C(0x1000) /**< Six pages. */
#define MAP_BOOT_PARAMETERS UINT64_C(0x8000)
#define MAP_COMMAND_LINE UINT64_C(0x9000)
#define MAP_COMMAND_LINE_BYTES UINT64_C(0x1000)
#define MAP_STACK_TOP UINT64_C(0x80000)
#define MAP_LOW_RAM_END UINT64_C(0x9f000)
#define MAP_MP_TABLE UINT64_C(0xf0000)
#define MAP_MP_TABLE_END UINT64_C(0x100000)
/** The owner's secret: the data of an entry of boot parameters (setup_data), after its header. */
#define MAP_SECRET_ENTRY UINT64_C(0x200000)
#define MAP_SECRET_ENTRY_HEADER UINT64_C(16)
#define MAP_SECRET (MAP_SECRET_ENTRY + MAP_SECRET_ENTRY_HEADER)
#define MAP_SECRET_BYTES UINT64_C(512)
#define MAP_SECRET_ENTRY_TYPE UINT32_C(0x56415350)

/** Memory that lies in one piece. */
struct map_range {
    uint64_t paddr;
    uint64_t length;
};

/** @return bytes of memory below 4 GiB, of a guest with so much */
static inline uint64_t map_low_bytes(uint64_t memory)
{
    return memory < MAP_LOW_MAX ? memory : MAP_LOW_MAX;
}

#endif
