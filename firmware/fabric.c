/*
 * The fabric's description of the machine (fabric.h), checked before it is believed.
 */
#include "firmware/fabric.h"

#include "abi/sev_state.h"
#include "firmware/log.h"
#include "hal/dram.h"
#include "hal/fabric.h"

#define PAGE_BYTES 0x1000ull
#define GIB 0x40000000ull

/** DRAM below 4 GiB and where the rest goes, as QEMU's q35 lays it out. */
#define DEFAULT_LOW_LIMIT 0xB0000000ull
#define DEFAULT_LOW_BYTES 0x80000000ull

/** ASIDs of a Milan part. */
#define DEFAULT_MAX_ASID 509u
#define DEFAULT_MIN_SEV_ASID 100u
#define DEFAULT_C_BIT 51u

#define SOCKETS_MAX 2u

static struct fabric_config config;
static bool described; /**< By the fabric; else CONFIG holds the defaults. */

/** Sets the description that a plain Linux host gets. */
static void set_defaults(void)
{
    const uint64_t bytes = hal_dram_bytes() & ~(PAGE_BYTES - 1u);
    const uint64_t low = bytes <= DEFAULT_LOW_LIMIT ? bytes : DEFAULT_LOW_BYTES;

    config = (struct fabric_config){
        .magic = FABRIC_MAGIC,
        .version = FABRIC_VERSION,
        .sockets = 1,
        .cores = 1,
        .max_asid = DEFAULT_MAX_ASID,
        .min_sev_asid = DEFAULT_MIN_SEV_ASID,
        .c_bit = DEFAULT_C_BIT,
        .range_count = low == bytes ? 1 : 2,
        .ranges = {{.base = 0, .length = low, .dram_offset = 0}},
    };
    if (low != bytes) {
        config.ranges[1] =
            (struct fabric_range){.base = 4u * GIB, .length = bytes - low, .dram_offset = low};
    }
}

/** Whether [a, a + length_a) and [b, b + length_b), neither of which wraps, share a byte. */
static bool overlap(uint64_t a, uint64_t length_a, uint64_t b, uint64_t length_b)
{
    return a < b + length_b && b < a + length_a;
}

/** Whether one range is page-aligned, below the C-bit and inside DRAM. */
static bool range_is_sane(const struct fabric_range *range, uint64_t c_bit_mask)
{
    const uint64_t low_bits = range->base | range->length | range->dram_offset;

    return range->length != 0 && low_bits % PAGE_BYTES == 0 && range->base < c_bit_mask &&
           range->length <= c_bit_mask - range->base && range->dram_offset <= hal_dram_bytes() &&
           range->length <= hal_dram_bytes() - range->dram_offset;
}

/** Whether no two ranges share an address or, as an alias, a byte of DRAM (CVE-2024-21944). */
static bool ranges_are_sane(const struct fabric_config *candidate)
{
    for (uint32_t i = 0; i < candidate->range_count; i++) {
        const struct fabric_range *a = &candidate->ranges[i];

        if (!range_is_sane(a, 1ull << candidate->c_bit)) {
            return false;
        }
        for (uint32_t j = 0; j < i; j++) {
            const struct fabric_range *b = &candidate->ranges[j];

            if (overlap(a->base, a->length, b->base, b->length) ||
                overlap(a->dram_offset, a->length, b->dram_offset, b->length)) {
                return false;
            }
        }
    }
    return true;
}

/** Whether the description is possible. */
static bool config_is_sane(const struct fabric_config *candidate)
{
    return candidate->version == FABRIC_VERSION && candidate->sockets >= 1 &&
           candidate->sockets <= SOCKETS_MAX && candidate->cores >= 1 &&
           candidate->cores <= FABRIC_CORES_MAX && candidate->max_asid >= 1 &&
           candidate->max_asid < FABRIC_SLOTS_MAX && candidate->min_sev_asid >= 1 &&
           candidate->min_sev_asid <= candidate->max_asid + 1u && candidate->c_bit >= 32 &&
           candidate->c_bit <= 62 && candidate->range_count >= 1 &&
           candidate->range_count <= FABRIC_RANGES_MAX && ranges_are_sane(candidate);
}

void fabric_latch(void)
{
    struct fabric_config candidate;

    hal_fabric_read(0, &candidate, sizeof candidate);
    if (candidate.magic == FABRIC_MAGIC && config_is_sane(&candidate)) {
        config = candidate;
        described = true;
        return;
    }
    if (candidate.magic == FABRIC_MAGIC) {
        log_line("fabric: impossible description, defaults used");
    }
    described = false;
    set_defaults();
}

const struct fabric_config *fabric_config(void)
{
    return &config;
}

uint64_t fabric_c_bit_mask(void)
{
    return 1ull << config.c_bit;
}

bool fabric_find(uint64_t paddr, uint64_t *dram_offset, uint64_t *contiguous)
{
    for (uint32_t i = 0; i < config.range_count; i++) {
        const struct fabric_range *range = &config.ranges[i];

        if (paddr >= range->base && paddr - range->base < range->length) {
            *dram_offset = range->dram_offset + (paddr - range->base);
            *contiguous = range->length - (paddr - range->base);
            return true;
        }
    }
    return false;
}

#define FOUR(word) word, word, word, word
const struct fabric_core_set fabric_all_cores = {
    .bits = {FOUR(UINT32_MAX), FOUR(UINT32_MAX), FOUR(UINT32_MAX), FOUR(UINT32_MAX)},
};

void fabric_core_set_add(struct fabric_core_set *set, uint32_t core)
{
    set->bits[core / 32u] |= 1u << (core % 32u);
}

bool fabric_core_set_has(const struct fabric_core_set *set, uint32_t core)
{
    return (set->bits[core / 32u] & (1u << (core % 32u))) != 0;
}

/** Offset in the fabric file of a core's entry. */
static uint32_t core_offset(uint32_t core)
{
    return FABRIC_CORES_OFFSET + core * (uint32_t)sizeof(struct fabric_core);
}

bool fabric_find_core(uint32_t apic_id, uint32_t *core)
{
    *core = 0;
    for (uint32_t i = 0; described && i < config.cores; i++) {
        uint32_t found;

        hal_fabric_read(core_offset(i) + (uint32_t)offsetof(struct fabric_core, apic_id), &found,
                        sizeof found);
        if (found == apic_id) {
            *core = i;
            return true;
        }
    }
    return !described;
}

uint64_t fabric_wbinvd_count(uint32_t core)
{
    uint64_t count;

    hal_fabric_read(core_offset(core) + (uint32_t)offsetof(struct fabric_core, wbinvd_count),
                    &count, sizeof count);
    return count;
}
