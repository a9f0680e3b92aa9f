/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine of the SEV-SNP fuzzers (snp_machine.h).
 */
#include "tests/fuzz/snp_machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/fabric.h"
#include "abi/snp_command_id.h"
#include "crypto/random.h"
#include "firmware/command_table.h"
#include "firmware/dispatch.h"
#include "firmware/firmware.h"
#include "firmware/platform/snp.h"
#include "firmware/snp_guest/context.h"
#include "firmware/snp_guest/guests.h"
#include "hal/hosted/hosted.h"

#define TABLE_BYTES 0x100000u
#define ASIDS 16u

void snp_machine_require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static struct fabric_core *core_at(uint32_t core)
{
    return (struct fabric_core *)(void *)(hosted_fabric() + FABRIC_CORES_OFFSET) + core;
}

static void describe(void)
{
    struct fabric_config *config = (struct fabric_config *)(void *)hosted_fabric();

    *config = (struct fabric_config){
        .magic = FABRIC_MAGIC,
        .version = FABRIC_VERSION,
        .flags = FABRIC_FLAG_WBINVD_REPORTED | FABRIC_FLAG_SMT,
        .sockets = 2,
        .cores = SNP_MACHINE_CORES,
        .max_asid = ASIDS - 1u,
        .min_sev_asid = 8,
        .c_bit = 51,
        .range_count = 1,
        .tsc_khz = 2000000,
        .ranges = {{.base = 0, .length = SNP_MACHINE_BYTES, .dram_offset = 0}},
    };
    for (uint32_t i = 0; i < SNP_MACHINE_CORES; i++) {
        *core_at(i) = (struct fabric_core){
            .apic_id = i,
            .syscfg = SYSCFG_MFDM | SYSCFG_MEMORY_ENCRYPTION | SYSCFG_SNP_EN | SYSCFG_SNP_VMPL_EN,
            .rmp_base = SNP_MACHINE_TABLE,
            .rmp_end = SNP_MACHINE_TABLE + TABLE_BYTES - 1u,
        };
    }
}

void snp_machine_wbinvd(void)
{
    for (uint32_t i = 0; i < SNP_MACHINE_CORES; i++) {
        core_at(i)->wbinvd_count++;
    }
}

void snp_machine_fail_entropy(uint32_t reads)
{
    hosted_entropy_fail_after(reads == UINT32_MAX ? UINT64_MAX : reads);
}

static void boot(void)
{
    hosted_reset();
    hosted_entropy_seeded(1);
    hosted_fuses()->product = SNP_PRODUCT_MILAN;
    snp_machine_require(firmware_start() == NULL);
}

void snp_machine_reset(void)
{
    static bool booted;
    const struct snp_init_ex init = {.flags = SNP_INIT_RMP};

    if (!booted) {
        boot();
        booted = true;
    }
    if (platform_snp_state() == SNP_PLATFORM_INIT) {
        snp_guests_stop();
        snp_stop();
    }
    snp_leave_x86();
    memset(hosted_dram(), 0, SNP_MACHINE_BYTES);
    describe();
    hosted_entropy_seeded(1);
    snp_machine_require(crypto_random_start());
    snp_machine_require(snp_machine_command(SNP_COMMAND_INIT_EX, &init, sizeof init) ==
                        SEV_STATUS_SUCCESS);
    snp_machine_wbinvd();
    snp_machine_require(snp_machine_command(SNP_COMMAND_DF_FLUSH, NULL, 0) == SEV_STATUS_SUCCESS);
}

/** Bytes that no other key of any guest has. */
static void know_keys(struct snp_guest *guest, uint32_t index)
{
    memset(guest->vek, 0x10 + (int)index, sizeof guest->vek);
    memset(guest->oek, 0x20 + (int)index, sizeof guest->oek);
    for (uint32_t key = 0; key < SNP_VMPCKS; key++) {
        memset(guest->vmpck[key], (int)(0x40 + 4 * index + key), sizeof guest->vmpck[key]);
    }
}

void snp_machine_make_guests(void)
{
    for (uint32_t i = 0; i < SNP_MACHINE_GUESTS; i++) {
        const uint64_t gctx = SNP_MACHINE_PAGE(i);
        const struct snp_address create = {.paddr = gctx};
        const struct snp_launch_start start = {.gctx_paddr = gctx,
                                               .policy = SNP_POLICY_ONE | SNP_POLICY_SMT |
                                                         SNP_POLICY_DEBUG | SNP_POLICY_MIGRATE_MA};
        const struct snp_activate activate = {.gctx_paddr = gctx, .asid = i + 1u};
        const struct snp_launch_finish finish = {.gctx_paddr = gctx};

        snp_machine_become(gctx, RMP_FIRMWARE, RMP_4K, 0);
        snp_machine_require(snp_machine_command(SNP_COMMAND_GCTX_CREATE, &create, sizeof create) ==
                                SEV_STATUS_SUCCESS &&
                            snp_machine_command(SNP_COMMAND_LAUNCH_START, &start, sizeof start) ==
                                SEV_STATUS_SUCCESS);
        know_keys(snp_machine_guest(i), i); /* Before its key has a slot. */
        snp_machine_require(snp_machine_command(SNP_COMMAND_ACTIVATE, &activate, sizeof activate) ==
                                SEV_STATUS_SUCCESS &&
                            (i != 0 || snp_machine_command(SNP_COMMAND_LAUNCH_FINISH, &finish,
                                                           sizeof finish) == SEV_STATUS_SUCCESS));
    }
}

struct snp_guest *snp_machine_guest(uint32_t index)
{
    struct snp_guest *guest = NULL;

    return snp_context_open(SNP_MACHINE_PAGE(index), &guest) == SEV_STATUS_SUCCESS ? guest : NULL;
}

uint8_t *snp_machine_memory(uint64_t paddr)
{
    return hosted_dram() + paddr;
}

enum sev_status snp_machine_command(uint32_t id, const void *parameters, uint32_t size)
{
    const struct command_row *row = command_table_find(id);
    enum sev_status status;

    if (size != 0) {
        memcpy(snp_machine_memory(SNP_MACHINE_PARAMETERS), parameters, size);
    }
    status = dispatch_command(id, SNP_MACHINE_PARAMETERS);
    if (getenv("VIRTASP_FUZZ_TRACE") != NULL) {
        (void)fprintf(stderr, "%s: %xh\n", row->name, (unsigned int)status);
    }
    if ((row->statuses & (1ull << status)) == 0) {
        (void)fprintf(stderr, "%s answers %xh, which it does not list\n", row->name,
                      (unsigned int)status);
        abort();
    }
    return status;
}
