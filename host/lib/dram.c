/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86 DRAM as x86 software addresses it (abi/fabric.h).
 */
#include "host/lib/dram.h"

#include <string.h>

#include "host/lib/fabric_check.h"

#define FIRST_PADDR 0x100000u /* legacy memory of a PC below */

#define DEFAULT_LOW_LIMIT 0xB0000000ull
#define DEFAULT_LOW_BYTES 0x80000000ull
#define DEFAULT_HIGH_BASE 0x100000000ull

/* Where memory lies on a machine that nobody describes: docs/fabric.md, "Defaults". */
static void add_default_ranges(struct dram *dram)
{
    const uint64_t bytes = dram->length - dram->length % DRAM_PAGE_BYTES;
    const uint64_t low = bytes <= DEFAULT_LOW_LIMIT ? bytes : DEFAULT_LOW_BYTES;
    dram->ranges[dram->range_count++] = (struct fabric_range){.length = low};
    if (low != bytes) {
        dram->ranges[dram->range_count++] = (struct fabric_range){
            .base = DEFAULT_HIGH_BASE, .length = bytes - low, .dram_offset = low};
    }
}

/* Adds all ranges, or none when the firmware refuses the description. */
static void add_ranges(struct dram *dram, const struct fabric_config *configuration)
{
    char problem[FABRIC_PROBLEM_BYTES];
    if (fabric_check(configuration, NULL, dram->length, problem)) {
        dram->range_count = configuration->range_count;
        memcpy(dram->ranges, configuration->ranges, sizeof dram->ranges);
    }
}

void dram_open(struct dram *dram, uint8_t *bytes, uint64_t length,
               const struct fabric_config *configuration)
{
    *dram = (struct dram){.bytes = bytes, .length = length};
    if (configuration == NULL || configuration->magic != FABRIC_MAGIC) {
        add_default_ranges(dram);
    } else {
        add_ranges(dram, configuration);
    }
    for (uint32_t i = 0; i < dram->range_count; i++) {
        uint64_t base = dram->ranges[i].base;
        dram->used[i] = base < FIRST_PADDR ? FIRST_PADDR - base : 0;
    }
    dram_keep_all(dram);
}

void *dram_pointer(const struct dram *dram, uint64_t paddr, uint64_t length)
{
    for (uint32_t i = 0; i < dram->range_count; i++) {
        const struct fabric_range *range = &dram->ranges[i];
        if (paddr >= range->base && paddr - range->base <= range->length &&
            length <= range->length - (paddr - range->base)) {
            return dram->bytes + range->dram_offset + (paddr - range->base);
        }
    }
    return NULL;
}

uint64_t dram_allocate(struct dram *dram, uint32_t range, uint64_t length, uint64_t alignment)
{
    if (range >= dram->range_count || length == 0 || length > dram->length) {
        return 0;
    }
    if (alignment < DRAM_PAGE_BYTES) {
        alignment = DRAM_PAGE_BYTES;
    }
    const struct fabric_range *from = &dram->ranges[range];
    uint64_t paddr = (from->base + dram->used[range] + alignment - 1) & ~(alignment - 1);
    uint64_t offset = paddr - from->base;
    uint64_t pages = (length + DRAM_PAGE_BYTES - 1) & ~(uint64_t)(DRAM_PAGE_BYTES - 1);
    if (offset > from->length || pages > from->length - offset) {
        return 0;
    }
    dram->used[range] = offset + pages;
    return paddr;
}

uint64_t dram_allocate_anywhere(struct dram *dram, uint64_t length, uint64_t alignment)
{
    uint64_t paddr = 0;
    for (uint32_t i = 0; i < dram->range_count && paddr == 0; i++) {
        paddr = dram_allocate(dram, i, length, alignment);
    }
    return paddr;
}

void dram_free_all(struct dram *dram)
{
    memcpy(dram->used, dram->kept, sizeof dram->used);
}

void dram_keep_all(struct dram *dram)
{
    memcpy(dram->kept, dram->used, sizeof dram->kept);
}
