/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An x86 machine's memory (machine.h).
 */
#include "host/x86/machine.h"

#include <stddef.h>
#include <string.h>

#include "abi/snp_launch.h"
#include "host/lib/fabric.h"
#include "host/lib/fabric_check.h"

/* What encryption leaves of 48 address bits, on the processors that have it: 43, unless the C-bit
 * stands lower, or memory reaches higher. */
#define PHYSICAL_BITS 48u
#define USUAL_ADDRESS_BITS 43u

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t address_bits_of(const struct fabric_config *configuration)
{
    uint32_t bits = least(USUAL_ADDRESS_BITS, configuration->c_bit);
    for (uint32_t i = 0; i < configuration->range_count; i++) {
        const struct fabric_range *range = &configuration->ranges[i];
        while ((range->base + range->length - 1) >> bits != 0) {
            bits++;
        }
    }
    return bits;
}

static void describe(struct x86_machine *machine, const struct fabric_config *configuration)
{
    machine->c_bit = 1ull << configuration->c_bit;
    machine->address_bits = address_bits_of(configuration);
    machine->physical_bits =
        machine->address_bits > PHYSICAL_BITS ? machine->address_bits : PHYSICAL_BITS;
    machine->cores = configuration->cores;
    machine->max_asid = configuration->max_asid;
    machine->min_sev_asid = configuration->min_sev_asid;
    machine->tsme = (configuration->flags & FABRIC_FLAG_TSME) != 0;
}

/* Caches of keys and of lines. Without the former all works, and is slower. */
static bool make_caches(struct x86_machine *machine, const struct x86_machine_options *options)
{
    machine->memory.cache = memory_cipher_cache_new();
    machine->hardware = machine->memory;
    machine->hardware.hardware = true;
    const struct x86_cache_options cache_options = {
        .memory = &machine->memory,
        .tsme = machine->tsme,
        .cache_raw = options->cache_raw,
        .arena = options->arena,
        .pages = options->pages,
        .notify = options->notify,
        .context = options->context,
    };
    machine->cache = x86_cache_new(&cache_options);
    return machine->cache != NULL;
}

enum x86_machine_result x86_machine_open(struct x86_machine *machine,
                                         const struct x86_machine_options *options)
{
    char problem[FABRIC_PROBLEM_BYTES];
    const struct fabric_config *configuration =
        options->fabric != NULL ? fabric_configuration(options->fabric) : NULL;
    const struct fabric_core *cores =
        configuration != NULL ? fabric_core_at(options->fabric, 0) : NULL;
    if (cores == NULL || !fabric_check(configuration, cores, options->dram->length, problem)) {
        return X86_MACHINE_NOT_CONFIGURED;
    }
    if (configuration->c_bit > X86_C_BIT_MAX) {
        return X86_MACHINE_C_BIT;
    }
    *machine = (struct x86_machine){
        .fabric = options->fabric,
        .dram = options->dram,
        .memory = {.fabric = options->fabric, .dram = options->dram},
        .snp = options->snp,
        .sev_features = options->sev_features | (options->snp ? SNP_VMSA_FEATURE_ACTIVE : 0),
    };
    describe(machine, configuration);
    x86_rmp_attach(&machine->rmp, options->fabric, options->dram);
    if (!make_caches(machine, options)) {
        x86_machine_close(machine);
        return X86_MACHINE_NO_MEMORY;
    }
    return X86_MACHINE_OK;
}

void x86_machine_close(struct x86_machine *machine)
{
    x86_cache_free(machine->cache);
    memory_cipher_cache_free(machine->memory.cache);
    memset(machine, 0, sizeof *machine);
}

void x86_machine_reset(struct x86_machine *machine)
{
    x86_cache_discard(machine->cache);
    x86_rmp_attach(&machine->rmp, machine->fabric, machine->dram);
    for (uint32_t i = 0; i < machine->cores; i++) {
        struct fabric_core *core = fabric_core_at(machine->fabric, i);
        if (core != NULL) {
            core->syscfg = 0;
            core->hwcr = 0;
            core->vm_hsave_pa = 0;
            core->rmp_base = 0;
            core->rmp_end = 0;
            core->rmp_cfg = 0;
        }
    }
}

bool x86_machine_changed(struct x86_machine *machine)
{
    const uint8_t *word =
        machine->fabric + FABRIC_MEMCTL_OFFSET + offsetof(struct fabric_memctl, generation);
    const uint64_t generation =
        __atomic_load_n((const uint64_t *)(const void *)word, __ATOMIC_ACQUIRE);
    const bool changed = generation != machine->generation;
    machine->generation = generation;
    return changed;
}

const char *x86_machine_result_text(enum x86_machine_result result)
{
    static const char *const texts[] = {
        [X86_MACHINE_OK] = "done",
        [X86_MACHINE_NOT_CONFIGURED] = "the fabric has no configuration, or a wrong one",
        [X86_MACHINE_C_BIT] = "the C-bit does not fit an entry of a page table",
        [X86_MACHINE_NO_MEMORY] =
            "there is not enough memory for the caches, or too few or too many pages",
    };
    return (size_t)result < sizeof texts / sizeof texts[0] ? texts[result] : "unknown result";
}

/* Whether SYSCFG of a core has encryption on. */
static bool encrypts(const struct x86_machine *machine, uint32_t core)
{
    const struct fabric_core *entry = fabric_core_at(machine->fabric, core);
    return entry != NULL && (entry->syscfg & SYSCFG_MEMORY_ENCRYPTION) != 0;
}

uint64_t x86_host_address(const struct x86_machine *machine, uint32_t core, uint64_t address)
{
    return machine->tsme || encrypts(machine, core) ? address & ~machine->c_bit : address;
}

uint32_t x86_host_key(const struct x86_machine *machine, uint32_t core, uint64_t address)
{
    const bool private = (address & machine->c_bit) != 0 && encrypts(machine, core);
    return private || machine->tsme ? X86_KEY_HOST : X86_KEY_NONE;
}

void x86_wbinvd(struct x86_machine *machine, uint32_t core, bool in_guest)
{
    x86_cache_flush(machine->cache);
    if (!in_guest) {
        (void)fabric_report_wbinvd(machine->fabric, core);
    }
}

bool x86_vm_page_flush(struct x86_machine *machine, uint64_t spa, uint32_t asid)
{
    if (asid == 0 || asid > machine->max_asid) {
        return false;
    }
    x86_cache_flush_page(machine->cache, spa, asid);
    return true;
}
