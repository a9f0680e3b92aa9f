/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86 DRAM as x86 software addresses it: physical addresses through the ranges of abi/fabric.h, and
 * an allocator for command buffers and guest memory.
 */
#ifndef HOST_LIB_DRAM_H
#define HOST_LIB_DRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/fabric.h"

#define DRAM_PAGE_BYTES 4096u

struct dram {
    uint8_t *bytes; /**< The mapped file. */
    uint64_t length;
    uint32_t range_count;
    struct fabric_range ranges[FABRIC_RANGES_MAX];
    uint64_t used[FABRIC_RANGES_MAX]; /**< Bytes of each range that are handed out. */
    uint64_t kept[FABRIC_RANGES_MAX]; /**< What dram_free_all() leaves handed out. */
};

/**
 * @param[out] dram  has the ranges of @p configuration; when it is NULL or has no magic number, those
 *                   that the firmware takes by default; none when fabric_check() refuses it
 * @param bytes      the mapped DRAM file
 * @param length     its size
 */
void dram_open(struct dram *dram, uint8_t *bytes, uint64_t length,
               const struct fabric_config *configuration);

/**
 * @param paddr   x86 physical address, without the C-bit
 * @param length  bytes, all in one range
 * @return where the bytes are mapped, or NULL when they are not wholly in one range
 */
void *dram_pointer(const struct dram *dram, uint64_t paddr, uint64_t length);

/**
 * Hands out memory that no earlier call has handed out; it is not cleared. The first MiB of address
 * space is left alone, as on a PC.
 *
 * @param range      index of the range to take it from; 1 lies above 4 GiB by default
 * @param length     bytes, rounded up to whole pages
 * @param alignment  a power of two; at least a page is used
 * @return physical address, or 0 when the range has no room
 */
uint64_t dram_allocate(struct dram *dram, uint32_t range, uint64_t length, uint64_t alignment);

/** dram_allocate() from the first range that has room. */
uint64_t dram_allocate_anywhere(struct dram *dram, uint64_t length, uint64_t alignment);

/** Takes back everything that was handed out since dram_open() or dram_keep_all(). */
void dram_free_all(struct dram *dram);

/** Makes dram_free_all() leave alone what is handed out now. */
void dram_keep_all(struct dram *dram);

#endif
