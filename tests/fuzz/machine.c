/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fuzzers' machine (machine.h).
 */
#include "tests/fuzz/machine.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "abi/fabric.h"
#include "abi/sev_command_id.h"
#include "abi/sev_commands.h"
#include "crypto/random.h"
#include "firmware/dispatch.h"
#include "firmware/fabric.h"
#include "firmware/firmware.h"
#include "firmware/mailbox.h"
#include "firmware/memctl.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "hal/hosted/hosted.h"

static uint8_t initial_flash[HOSTED_FLASH_BYTES];

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void describe(void)
{
    struct fabric_config *config = (struct fabric_config *)(void *)hosted_fabric();

    *config = (struct fabric_config){
        .magic = FABRIC_MAGIC,
        .version = FABRIC_VERSION,
        .flags = FABRIC_FLAG_WBINVD_REPORTED,
        .sockets = 2,
        .cores = MACHINE_CORES,
        .max_asid = 15,
        .min_sev_asid = 6,
        .c_bit = 51,
        .range_count = 2,
        .ranges = {{.base = 0, .length = MACHINE_LOW_BYTES, .dram_offset = 0},
                   {.base = MACHINE_HIGH,
                    .length = MACHINE_HIGH_BYTES,
                    .dram_offset = MACHINE_LOW_BYTES}},
    };
    for (uint32_t core = 0; core < MACHINE_CORES; core++) {
        hosted_fabric()[FABRIC_CORES_OFFSET + core * sizeof(struct fabric_core) +
                        offsetof(struct fabric_core, apic_id)] = (uint8_t)core;
    }
}

static void first_boot(void)
{
    const struct sev_init parameters = {.options = 0};

    hosted_reset();
    hosted_entropy_seeded(1);
    require(firmware_start() == NULL);
    machine_write(MACHINE_PARAMETERS, &parameters, sizeof(parameters));
    require(dispatch_command(SEV_COMMAND_INIT, MACHINE_PARAMETERS) == SEV_STATUS_SUCCESS);
    memcpy(initial_flash, hosted_flash(), sizeof(initial_flash));
}

void machine_restart(void)
{
    require(dispatch_command(SEV_COMMAND_SHUTDOWN, 0) == SEV_STATUS_SUCCESS);
    require(crypto_random_start());
    require(rollback_start(0) == NULL);
    fabric_latch();
    require(memctl_start(false));
    platform_start(0);
    snp_power_on();
    mailbox_open(0, SEV_STATUS_SUCCESS);
}

void machine_reset(void)
{
    static bool booted;

    if (!booted) {
        first_boot();
        booted = true;
    }
    require(dispatch_command(SEV_COMMAND_SHUTDOWN, 0) == SEV_STATUS_SUCCESS);
    hosted_reset();
    fabric_latch();
    require(platform_reset() == SEV_STATUS_SUCCESS); /* Forgets an NV block. */
    hosted_entropy_seeded(1);
    memcpy(hosted_flash(), initial_flash, sizeof(initial_flash));
    describe();
    machine_restart();
}

void machine_write(uint64_t paddr, const void *bytes, uint32_t length)
{
    if (paddr >= MACHINE_HIGH && paddr - MACHINE_HIGH < MACHINE_HIGH_BYTES) {
        paddr = paddr - MACHINE_HIGH + MACHINE_LOW_BYTES;
    }
    if (paddr <= hosted_dram_bytes() && length <= hosted_dram_bytes() - paddr) {
        memcpy(hosted_dram() + paddr, bytes, length);
    }
}

void machine_wbinvd(uint32_t core)
{
    hosted_fabric()[FABRIC_CORES_OFFSET + core * sizeof(struct fabric_core)]++;
}
