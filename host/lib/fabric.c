/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The x86 side of the fabric file (abi/fabric.h): what the BIOS configures, and what cores report.
 */
#include "host/lib/fabric.h"

#include <stddef.h>
#include <string.h>

#include "abi/snp_rmp.h"

#define GIB (1024ull * 1024 * 1024)
#define PAGE_BYTES 4096u

static struct fabric_core *core_at(uint8_t *fabric, uint32_t core)
{
    return (struct fabric_core *)(void *)(fabric + FABRIC_CORES_OFFSET) + core;
}

bool fabric_options_set_machine(struct fabric_options *options, const char *name)
{
    static const struct {
        const char *name;
        enum fabric_machine machine;
    } machines[] = {{"pc", FABRIC_MACHINE_PC}, {"q35", FABRIC_MACHINE_Q35}};
    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
        if (strcmp(name, machines[i].name) == 0) {
            options->machine = machines[i].machine;
            options->flags &= ~FABRIC_FLAG_WBINVD_REPORTED;
            return true;
        }
    }
    return false;
}

/* @return bytes of memory that lie below 4 GiB */
static uint64_t below_4_gib(enum fabric_machine machine, uint64_t dram_bytes)
{
    const struct {
        uint64_t room; /* What is less has room there. */
        uint64_t low;  /* Of what is not less, so much is there. */
    } layouts[] = {
        [FABRIC_MACHINE_HALVES] = {0, dram_bytes / 2 < 2 * GIB ? dram_bytes / 2 : 2 * GIB},
        [FABRIC_MACHINE_PC] = {7 * GIB / 2, 3 * GIB},
        [FABRIC_MACHINE_Q35] = {11 * GIB / 4, 2 * GIB},
    };
    return dram_bytes < layouts[machine].room ? dram_bytes : layouts[machine].low;
}

void fabric_configure(uint8_t *fabric, const struct fabric_options *options, uint64_t dram_bytes)
{
    const uint64_t low = below_4_gib(options->machine, dram_bytes);
    struct fabric_config configuration = {
        .version = FABRIC_VERSION,
        .flags = options->flags,
        .sockets = options->sockets,
        .cores = options->cores,
        .max_asid = options->max_asid,
        .min_sev_asid = options->min_sev_asid,
        .c_bit = options->c_bit,
        .range_count = low < dram_bytes ? 2 : 1,
        .tsc_khz = options->tsc_khz,
        .ranges =
            {
                {.base = 0, .length = low, .dram_offset = 0},
                {.base = 4 * GIB, .length = dram_bytes - low, .dram_offset = low},
            },
    };
    for (uint32_t i = 0; i < options->cores; i++) {
        *core_at(fabric, i) = (struct fabric_core){
            .apic_id = i,
            .socket = i * options->sockets / options->cores,
            .complex = i / FABRIC_CORES_PER_COMPLEX,
        };
    }
    memcpy(fabric, &configuration, sizeof configuration);
    __atomic_store_n((uint64_t *)(void *)fabric, FABRIC_MAGIC, __ATOMIC_SEQ_CST);
}

const struct fabric_config *fabric_configuration(const uint8_t *fabric)
{
    const struct fabric_config *configuration = (const void *)fabric;
    return configuration->magic == FABRIC_MAGIC ? configuration : NULL;
}

void fabric_forget_firmware(uint8_t *fabric)
{
    uint8_t *magic = fabric + FABRIC_STATUS_OFFSET + offsetof(struct fabric_status, magic);
    __atomic_store_n((uint64_t *)(void *)magic, 0, __ATOMIC_SEQ_CST);
}

struct fabric_core *fabric_core_at(uint8_t *fabric, uint32_t core)
{
    const struct fabric_config *configuration = fabric_configuration(fabric);
    return configuration == NULL || core >= configuration->cores || core >= FABRIC_CORES_MAX
               ? NULL
               : core_at(fabric, core);
}

uint64_t fabric_rmp_bytes(uint64_t top)
{
    const uint64_t pages = (top + PAGE_BYTES - 1) / PAGE_BYTES;
    const uint64_t bytes = RMP_BOOKKEEPING_BYTES + pages * sizeof(struct rmp_entry);
    return (bytes + RMP_ALIGNMENT - 1) / RMP_ALIGNMENT * RMP_ALIGNMENT;
}

void fabric_set_up_snp(uint8_t *fabric, uint64_t rmp_base, uint64_t rmp_end)
{
    struct fabric_core *core;
    for (uint32_t i = 0; (core = fabric_core_at(fabric, i)) != NULL; i++) {
        core->vm_hsave_pa = 0;
        core->rmp_base = rmp_base;
        core->rmp_end = rmp_end;
        core->rmp_cfg = 0;
        core->syscfg = SYSCFG_MFDM | SYSCFG_MEMORY_ENCRYPTION | SYSCFG_SNP_EN | SYSCFG_SNP_VMPL_EN;
    }
}

bool fabric_report_wbinvd(uint8_t *fabric, uint32_t core)
{
    struct fabric_core *reporting = fabric_core_at(fabric, core);
    if (reporting == NULL) {
        return false;
    }
    uint8_t *count = (uint8_t *)reporting + offsetof(struct fabric_core, wbinvd_count);
    (void)__atomic_add_fetch((uint64_t *)(void *)count, 1, __ATOMIC_SEQ_CST);
    return true;
}

void fabric_report_wbinvd_all(uint8_t *fabric)
{
    for (uint32_t core = 0; core < FABRIC_CORES_MAX; core++) {
        if (!fabric_report_wbinvd(fabric, core)) {
            return;
        }
    }
}
