/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory-management unit: long descriptors (LPAE), virtual = physical addresses from a table of
 * regions, and windows of 2 MiB through which physical memory beyond the regions is reached. What
 * no region names faults. Nothing is both writable and executable.
 */
#ifndef ARCH_ARM_MMU_H
#define ARCH_ARM_MMU_H

#include <stddef.h>
#include <stdint.h>

/** What a region may be used for. Only MMU_TEXT can be executed, only the last three written. */
enum mmu_kind {
    MMU_TEXT,   /**< Secure memory, execute and read. */
    MMU_RODATA, /**< Secure memory, read. */
    MMU_DATA,   /**< Secure memory, read and write. */
    MMU_DEVICE, /**< Device registers. */
    MMU_SHARED, /**< Non-secure memory that others write too; not cached. */
};

/** Addresses [start, end), both multiples of 4 KiB, below 2 GiB. */
struct mmu_region {
    uintptr_t start;
    uintptr_t end;
    enum mmu_kind kind;
};

#define MMU_PAGE_BYTES 0x1000u
#define MMU_BLOCK_BYTES 0x200000u

/**
 * Builds the translation tables and turns the MMU and the caches on. Called once, with zeroed
 * tables (bss) and the MMU off.
 *
 * @param regions  what is mapped; they do not share a page
 * @param count    number of regions
 *
 * Does not return when the regions need more tables than there are.
 */
void mmu_start(const struct mmu_region *regions, size_t count);

/**
 * Makes the 2 MiB block of non-secure memory that holds @p physical reachable, in place of another
 * one if need be.
 *
 * @return where @p physical is now: valid to the end of its block, until the next call
 */
void *mmu_window(uint64_t physical);

#endif
