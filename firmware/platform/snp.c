/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SEV-SNP platform (snp.h).
 */
#include "firmware/platform/snp.h"

#include <string.h>

#include "firmware/fabric.h"
#include "firmware/hostmem.h"
#include "firmware/log.h"
#include "firmware/memctl.h"
#include "firmware/platform/chip_key.h"
#include "firmware/platform/rollback.h"
#include "firmware/rmp.h"

#define SYSCFG_NEEDED (SYSCFG_MFDM | SYSCFG_MEMORY_ENCRYPTION | SYSCFG_SNP_EN | SYSCFG_SNP_VMPL_EN)

static struct {
    enum snp_platform_state state;
    struct snp_settings settings;
    uint64_t mitigations;
} platform;

void snp_power_on(void)
{
    memset(&platform, 0, sizeof platform);
    hostmem_release(HOSTMEM_RMP);
    rmp_stop();
}

enum snp_platform_state platform_snp_state(void)
{
    return platform.state;
}

uint64_t snp_reported_tcb(void)
{
    return platform.settings.reported_tcb != 0 ? platform.settings.reported_tcb
                                               : rollback_committed_tcb();
}

struct snp_settings *snp_settings(void)
{
    return &platform.settings;
}

uint64_t snp_mitigations(void)
{
    return platform.mitigations;
}

bool snp_rmp_is_initialised(void)
{
    return rmp_is_in_force();
}

/** Where the first core says the RMP is. RMP_END's low bits read as ones (SNP 3.1). */
static struct rmp_place place_of(const struct fabric_core *core)
{
    return (struct rmp_place){.base = core->rmp_base, .end = core->rmp_end | 0x1FFFu};
}

/** Whether a core is set up for SNP, and agrees with the first one. */
static bool core_is_ready(const struct fabric_core *core, const struct rmp_place *place)
{
    const struct rmp_place its = place_of(core);

    return (core->syscfg & SYSCFG_NEEDED) == SYSCFG_NEEDED && core->vm_hsave_pa == 0 &&
           (core->rmp_cfg & 1u) == 0 && its.base == place->base && its.end == place->end;
}

/**
 * Reads where the RMP is to be. @return false when the cores are not ready or do not agree, or the
 * place is not one
 */
static bool find_place(struct rmp_place *place)
{
    struct fabric_core core;
    bool ready = fabric_is_described();

    for (uint32_t i = 0; ready && i < fabric_config()->cores; i++) {
        fabric_read_core(i, &core);
        if (i == 0) {
            *place = place_of(&core);
        }
        ready = core_is_ready(&core, place);
    }
    return ready && place->base < place->end && place->base % RMP_ALIGNMENT == 0 &&
           place->end % RMP_ALIGNMENT == RMP_ALIGNMENT - 1u &&
           place->end - place->base < UINT32_MAX && rmp_is_possible(place);
}

/** The table as hostmem's: no command names it. */
static void hold(const struct rmp_place *place)
{
    const struct hostmem_range range = {
        .paddr = place->base,
        .length = (uint32_t)(place->end + 1u - place->base),
        .holder = HOSTMEM_RMP,
    };

    hostmem_release(HOSTMEM_RMP);
    hostmem_hold(HOSTMEM_RMP, &range);
}

/** Whether a table would lie on memory that the firmware holds: the former table does not count. */
static bool is_taken(const struct rmp_place *place)
{
    bool taken;

    hostmem_release(HOSTMEM_RMP);
    taken = hostmem_is_held(place->base, (uint32_t)(place->end + 1u - place->base));
    if (rmp_is_in_force()) {
        hold(rmp_place());
    }
    return taken;
}

enum sev_status snp_find_place(struct rmp_place *place)
{
    return find_place(place) && !is_taken(place) ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_CONFIG;
}

/**
 * Lets the instructions that work on the table in force come to their end; none begins any more.
 *
 * @return false when one does not end
 */
static bool end_instructions(void)
{
    if (!rmp_is_in_force()) {
        return true;
    }
    memctl_set_rmp(rmp_place()->base, rmp_place()->end, FABRIC_RMP_PROTECTED);
    return rmp_settle();
}

/** Makes the table anew. Protected first, else what is written meanwhile survives (CVE-2025-0033). */
static enum sev_status make_table(const struct rmp_place *place)
{
    enum sev_status status = SEV_STATUS_RMP_INITIALIZATION_FAILED;

    if (end_instructions()) {
        memctl_set_rmp(place->base, place->end, FABRIC_RMP_PROTECTED);
        status = rmp_start(place, true);
    }
    if (status == SEV_STATUS_SUCCESS) {
        hold(place);
        status = hostmem_claim_held() == SEV_STATUS_SUCCESS ? SEV_STATUS_SUCCESS
                                                            : SEV_STATUS_RMP_INITIALIZATION_FAILED;
    }
    if (status != SEV_STATUS_SUCCESS) {
        snp_leave_x86();
    }
    return status;
}

/** Goes on with the table in force. What was taken while nobody asked it becomes the firmware's. */
static enum sev_status keep_table(const struct rmp_place *place)
{
    const enum sev_status status = rmp_start(place, false);

    if (status == SEV_STATUS_SUCCESS && hostmem_claim_held() != SEV_STATUS_SUCCESS) {
        snp_leave_x86();
        return SEV_STATUS_RMP_INITIALIZATION_FAILED;
    }
    return status;
}

enum sev_status snp_start(const struct snp_options *options, const struct rmp_place *place)
{
    const enum sev_status status = options->clear_rmp ? make_table(place) : keep_table(place);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    memset(&platform.settings, 0, sizeof platform.settings);
    platform.settings.options = *options;
    platform.state = SNP_PLATFORM_INIT;
    return SEV_STATUS_SUCCESS;
}

void snp_enforce(void)
{
    const struct rmp_place *place = rmp_place();

    memctl_set_rmp(place->base, place->end, FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED);
}

void snp_stop(void)
{
    rmp_pause();
    chip_vlek_unload();
    memset(&platform.settings, 0, sizeof platform.settings);
    platform.state = SNP_PLATFORM_UNINIT;
}

void snp_add_mitigations(uint64_t verified)
{
    platform.mitigations |= verified;
}

void snp_leave_x86(void)
{
    if (!end_instructions() && log_admits_line()) {
        log_text("firmware: a core keeps a region of the RMP locked\n");
    }
    hostmem_release(HOSTMEM_RMP);
    rmp_stop();
    memctl_set_rmp(0, 0, 0);
}
