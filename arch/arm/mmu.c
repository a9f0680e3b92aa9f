/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Translation tables in the long-descriptor format (Arm ARM for ARMv7-A, B3.6). Three levels: a GiB,
 * a block of 2 MiB, a page of 4 KiB per entry.
 */
#include "arch/arm/mmu.h"

#include <stdbool.h>

#include "arch/arm/cp15.h"
#include "arch/arm/panic.h"

#define ENTRIES 512u
#define GIB_SHIFT 30u
#define BLOCK_SHIFT 21u
#define PAGE_SHIFT 12u

#define DESCRIPTOR_BLOCK 1ull
#define DESCRIPTOR_TABLE 3ull
#define DESCRIPTOR_PAGE 3ull
#define DESCRIPTOR_ADDRESS 0x000000FFFFFFF000ull
#define ATTRIBUTE_DEVICE (0ull << 2)
#define ATTRIBUTE_CACHED (1ull << 2)
#define ATTRIBUTE_UNCACHED (2ull << 2)
#define NON_SECURE (1ull << 5)
#define READ_ONLY (1ull << 7)
#define INNER_SHAREABLE (3ull << 8)
#define ACCESSED (1ull << 10)
#define EXECUTE_NEVER ((1ull << 53) | (1ull << 54))

/* Device-nGnRE, Normal write-back, Normal non-cacheable: the attributes above, in this order. */
#define MAIR0_VALUE 0x0044FF04u
/* Long descriptors; walks are cached and inner shareable; TTBR0 translates everything. */
#define TTBCR_VALUE 0x80003500u

#define SCTLR_MMU (1u << 0)
#define SCTLR_DATA_CACHE (1u << 2)
#define SCTLR_BRANCH_PREDICTION (1u << 11)
#define SCTLR_INSTRUCTION_CACHE (1u << 12)
#define SCTLR_WRITABLE_NEVER_EXECUTED (3u << 19)

/* The regions lie in the first two GiB, the windows fill the third, the fourth stays unmapped. */
#define REGION_GIBS 2u
#define WINDOW_GIB 2u
#define WINDOW_START ((uintptr_t)WINDOW_GIB << GIB_SHIFT)
#define LEVEL3_TABLES 12u

static uint64_t level1[4] __attribute__((aligned(32)));
static uint64_t level2[REGION_GIBS + 1][ENTRIES] __attribute__((aligned(4096)));
static uint64_t level3[LEVEL3_TABLES][ENTRIES] __attribute__((aligned(4096)));
static size_t level3_used;

static const uint64_t attributes[] = {
    [MMU_TEXT] = ATTRIBUTE_CACHED | READ_ONLY,
    [MMU_RODATA] = ATTRIBUTE_CACHED | READ_ONLY | EXECUTE_NEVER,
    [MMU_DATA] = ATTRIBUTE_CACHED | EXECUTE_NEVER,
    [MMU_DEVICE] = ATTRIBUTE_DEVICE | EXECUTE_NEVER,
    [MMU_SHARED] = ATTRIBUTE_UNCACHED | NON_SECURE | EXECUTE_NEVER,
};

static uint64_t descriptor(uint64_t physical, enum mmu_kind kind, uint64_t type)
{
    return physical | attributes[kind] | INNER_SHAREABLE | ACCESSED | type;
}

/** @return the table of pages that @p entry of level 2 points to, made if there is none yet */
static uint64_t *level3_of(uint64_t *entry)
{
    if (*entry == 0) {
        if (level3_used == LEVEL3_TABLES) {
            panic_stop("too many memory regions");
        }
        *entry = (uintptr_t)level3[level3_used++] | DESCRIPTOR_TABLE;
    }
    return (uint64_t *)(uintptr_t)(*entry & DESCRIPTOR_ADDRESS);
}

/** Maps the block, or else the page, at @p address. @return the number of bytes mapped */
static uintptr_t map_one(uintptr_t address, uintptr_t length, enum mmu_kind kind)
{
    uint64_t *entry = &level2[address >> GIB_SHIFT][(address >> BLOCK_SHIFT) % ENTRIES];

    if (address % MMU_BLOCK_BYTES == 0 && length >= MMU_BLOCK_BYTES) {
        *entry = descriptor(address, kind, DESCRIPTOR_BLOCK);
        return MMU_BLOCK_BYTES;
    }
    level3_of(entry)[(address >> PAGE_SHIFT) % ENTRIES] =
        descriptor(address, kind, DESCRIPTOR_PAGE);
    return MMU_PAGE_BYTES;
}

static void map_region(const struct mmu_region *region)
{
    uintptr_t address = region->start;

    if (region->end > WINDOW_START) {
        panic_stop("memory region out of range");
    }
    while (address < region->end) {
        address += map_one(address, region->end - address, region->kind);
    }
}

void mmu_start(const struct mmu_region *regions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        map_region(&regions[i]);
    }
    for (size_t i = 0; i < REGION_GIBS + 1; i++) {
        level1[i] = (uintptr_t)level2[i] | DESCRIPTOR_TABLE;
    }
    cp15_write_mair0(MAIR0_VALUE);
    cp15_write_ttbcr(TTBCR_VALUE);
    cp15_write_ttbr0((uintptr_t)level1);
    cp15_write_tlbiall(0);
    cp15_write_iciallu(0);
    cp15_write_bpiall(0);
    barrier_dsb();
    barrier_isb();
    cp15_write_sctlr(cp15_read_sctlr() | SCTLR_MMU | SCTLR_DATA_CACHE | SCTLR_BRANCH_PREDICTION |
                     SCTLR_INSTRUCTION_CACHE | SCTLR_WRITABLE_NEVER_EXECUTED);
    barrier_isb();
}

void *mmu_window(uint64_t physical)
{
    size_t slot = (size_t)(physical >> BLOCK_SHIFT) % ENTRIES;
    uintptr_t window = WINDOW_START + slot * MMU_BLOCK_BYTES;
    uint64_t *entry = &level2[WINDOW_GIB][slot];
    uint64_t block = physical & ~(uint64_t)(MMU_BLOCK_BYTES - 1);
    uint64_t wanted = descriptor(block, MMU_SHARED, DESCRIPTOR_BLOCK);

    if (*entry != wanted) {
        *entry = 0; /* Never two translations of one address at a time. */
        barrier_dsb();
        cp15_write_tlbimva((uint32_t)window);
        barrier_dsb();
        *entry = wanted;
        barrier_dsb();
        barrier_isb();
    }
    return (void *)(window + (uintptr_t)(physical - block));
}
