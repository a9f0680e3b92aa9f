/* SPDX-License-Identifier: Apache-2.0 */
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

#define TSC_KHZ_MIN 1000ull
#define TSC_KHZ_MAX 100000000ull

static struct fabric_config config;
static uint32_t sockets[FABRIC_CORES_MAX];   /**< As APIC_IDS. */
static uint32_t apic_ids[FABRIC_CORES_MAX];  /**< Of the cores that CONFIG counts. */
static uint32_t complexes[FABRIC_CORES_MAX]; /**< Likewise. */
static bool described;                       /**< By the fabric; else CONFIG holds the defaults. */
static const char *problem;                  /**< What is impossible in the description, or NULL. */

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

/** Sets the description of a machine of which nothing is known: no memory, so that nothing starts. */
static void set_unusable(void)
{
    config = (struct fabric_config){
        .flags = FABRIC_FLAG_WBINVD_REPORTED,
        .sockets = 1,
        .cores = 1,
        .max_asid = 1,
        .min_sev_asid = 1,
        .c_bit = DEFAULT_C_BIT,
    };
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
           range->length <= hal_dram_bytes() - range->dram_offset && range->reserved == 0;
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

static bool reserved_is_zero(const struct fabric_config *candidate)
{
    uint8_t set = 0;

    for (size_t i = 0; i < sizeof candidate->reserved; i++) {
        set |= candidate->reserved[i];
    }
    return set == 0;
}

/** @return what is impossible in a description, but for its cores, or NULL */
static const char *find_problem(const struct fabric_config *candidate)
{
    const bool asids_are_sane =
        candidate->max_asid >= 1 && candidate->max_asid < FABRIC_SLOTS_MAX &&
        candidate->min_sev_asid >= 1 && candidate->min_sev_asid <= candidate->max_asid + 1u;
    const bool tsc_is_sane = candidate->tsc_khz == 0 || (candidate->tsc_khz >= TSC_KHZ_MIN &&
                                                         candidate->tsc_khz <= TSC_KHZ_MAX);
    const struct {
        bool holds;
        const char *name;
    } rules[] = {
        {candidate->version == FABRIC_VERSION, "version"},
        {(candidate->flags & ~FABRIC_FLAGS_KNOWN) == 0, "flags"},
        {candidate->sockets >= 1 && candidate->sockets <= SOCKETS_MAX, "sockets"},
        {candidate->cores >= 1 && candidate->cores <= FABRIC_CORES_MAX, "number of cores"},
        {asids_are_sane, "ASIDs"},
        {candidate->c_bit >= 32 && candidate->c_bit <= 62, "C-bit"},
        {tsc_is_sane, "TSC frequency"},
        {reserved_is_zero(candidate), "reserved bytes"},
        {candidate->range_count >= 1 && candidate->range_count <= FABRIC_RANGES_MAX,
         "number of DRAM ranges"},
    };

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (!rules[i].holds) {
            return rules[i].name;
        }
    }
    return ranges_are_sane(candidate) ? NULL : "DRAM ranges";
}

/** Offset in the fabric file of a member of a core's entry. */
#define CORE_AT(core, member)                                                                      \
    (FABRIC_CORES_OFFSET + (core) * (uint32_t)sizeof(struct fabric_core) +                         \
     (uint32_t)offsetof(struct fabric_core, member))

/** Copies who the cores are. @return what is impossible in that, or NULL */
static const char *latch_cores(const struct fabric_config *candidate)
{
    for (uint32_t i = 0; i < candidate->cores; i++) {
        hal_fabric_read(CORE_AT(i, apic_id), &apic_ids[i], sizeof apic_ids[i]);
        hal_fabric_read(CORE_AT(i, complex), &complexes[i], sizeof complexes[i]);
        hal_fabric_read(CORE_AT(i, socket), &sockets[i], sizeof sockets[i]);
        if (sockets[i] >= candidate->sockets) {
            return "socket of a core";
        }
        for (uint32_t j = 0; j < i; j++) {
            if (apic_ids[j] == apic_ids[i]) {
                return "APIC id of two cores";
            }
        }
    }
    return NULL;
}

/**
 * Says once what is wrong: the description is looked at with every command in UNINIT, and may be
 * wrong in another way each time.
 */
static void log_problem(const char *former_problem)
{
    if (problem != NULL && problem != former_problem && log_admits_line()) {
        log_text("firmware: fabric: impossible description: ");
        log_text(problem);
        log_text("\n");
    }
}

void fabric_latch(void)
{
    const char *const former_problem = problem;
    struct fabric_config candidate;

    hal_fabric_read(0, &candidate, sizeof candidate);
    described = candidate.magic == FABRIC_MAGIC;
    problem = described ? find_problem(&candidate) : NULL;
    if (described && problem == NULL) {
        problem = latch_cores(&candidate);
    }
    log_problem(former_problem);
    if (problem != NULL) {
        set_unusable();
    } else if (described) {
        config = candidate;
    } else {
        set_defaults();
    }
}

bool fabric_is_usable(void)
{
    return problem == NULL;
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

bool fabric_has(uint64_t paddr, uint64_t length)
{
    while (length != 0) {
        uint64_t offset;
        uint64_t contiguous;

        if (!fabric_find(paddr, &offset, &contiguous)) {
            return false;
        }
        if (contiguous >= length) {
            return true;
        }
        paddr += contiguous;
        length -= contiguous;
    }
    return true;
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

bool fabric_find_core(uint32_t apic_id, uint32_t *core)
{
    *core = 0;
    for (uint32_t i = 0; described && i < config.cores; i++) {
        if (apic_ids[i] == apic_id) {
            *core = i;
            return true;
        }
    }
    return !described;
}

/** Whether a core of the set belongs to the complex. */
static bool has_complex(const struct fabric_core_set *set, uint32_t complex)
{
    for (uint32_t core = 0; core < config.cores; core++) {
        if (fabric_core_set_has(set, core) && complexes[core] == complex) {
            return true;
        }
    }
    return false;
}

void fabric_core_set_complete(struct fabric_core_set *set)
{
    const struct fabric_core_set named = *set;

    for (uint32_t core = 0; described && core < config.cores; core++) {
        if (has_complex(&named, complexes[core])) {
            fabric_core_set_add(set, core);
        }
    }
}

uint64_t fabric_wbinvd_count(uint32_t core)
{
    uint64_t count;

    hal_fabric_read(CORE_AT(core, wbinvd_count), &count, sizeof count);
    return count;
}

void fabric_core_set_join(struct fabric_core_set *set, const struct fabric_core_set *other)
{
    for (uint32_t i = 0; i < sizeof set->bits / sizeof set->bits[0]; i++) {
        set->bits[i] |= other->bits[i];
    }
}

uint32_t fabric_core_set_sockets(const struct fabric_core_set *set)
{
    bool seen[SOCKETS_MAX] = {false};
    uint32_t count = 0;

    for (uint32_t core = 0; core < config.cores; core++) {
        const uint32_t socket = described ? sockets[core] : 0;

        if (fabric_core_set_has(set, core) && !seen[socket]) {
            seen[socket] = true;
            count++;
        }
    }
    return count;
}

void fabric_read_core(uint32_t core, struct fabric_core *said)
{
    hal_fabric_read(FABRIC_CORES_OFFSET + core * (uint32_t)sizeof *said, said, sizeof *said);
}

bool fabric_is_described(void)
{
    return described;
}
