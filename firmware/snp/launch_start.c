/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_LAUNCH_START (SNP 2.9): gives a guest its policy and its keys; pages can be added then.
 *
 *   SUCCESS                 the guest is in LAUNCH
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters, GCTX_PADDR or, with MA_EN, MA_GCTX_PADDR are not in
 *                           DRAM, or not 4 KiB aligned
 *   INVALID_PAGE_STATE      the parameters are not readable
 *   INVALID_GUEST           GCTX_PADDR or, with MA_EN, MA_GCTX_PADDR is no guest's context
 *   INVALID_GUEST_STATE     the guest is not in INIT, or its migration agent not in RUNNING
 *   INVALID_PARAM           a reserved bit of FLAGS or POLICY is set, bit 17 of POLICY is 0, IMI_EN
 *                           without MIGRATE_MA, or DESIRED_TSC_FREQ is no multiple of the host's
 *                           frequency that a core can make, or the machine states none
 *   POLICY_FAILURE          the platform does not keep POLICY; MA_EN without MIGRATE_MA; or the
 *                           migration agent can itself be migrated
 *   HWERROR_PLATFORM        the random generator failed
 */
#include <string.h>

#include "crypto/random.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"
#include "firmware/snp/row.h"
#include "firmware/snp_guest/context.h"
#include "firmware/snp_guest/policy.h"
#include "firmware/snp_guest/tsc.h"

#define KNOWN_FLAGS (SNP_LAUNCH_MA_EN | SNP_LAUNCH_IMI_EN)

/** What a launch draws at random. */
struct secrets {
    uint8_t vek[SNP_VEK_BYTES];
    uint8_t vmpck[SNP_VMPCKS][SNP_KEY_BYTES];
    uint8_t oek[SNP_KEY_BYTES];
    uint8_t vmrk[SNP_KEY_BYTES];
    uint8_t report_id[32];
};

static enum sev_status check(struct command *command)
{
    const struct snp_launch_start *parameters =
        (const struct snp_launch_start *)command->parameters;

    return (parameters->flags & SNP_LAUNCH_MA_EN) == 0
               ? SEV_STATUS_SUCCESS
               : snp_check_context_address(parameters->ma_gctx_paddr & ~fabric_c_bit_mask());
}

/** Checks 2 to 8: FLAGS and POLICY by themselves. */
static enum sev_status check_policy(const struct snp_launch_start *parameters)
{
    enum sev_status status = (parameters->flags & ~KNOWN_FLAGS) == 0
                                 ? snp_policy_check_form(parameters->policy)
                                 : SEV_STATUS_INVALID_PARAM;

    if (status == SEV_STATUS_SUCCESS) {
        status = snp_policy_check_platform(parameters->policy);
    }
    return status;
}

/** Checks 9 and 10: finds the migration agent. @param[out] agent  NULL without MA_EN */
static enum sev_status find_agent(const struct snp_launch_start *parameters,
                                  struct snp_guest **agent)
{
    enum sev_status status;

    *agent = NULL;
    if ((parameters->flags & SNP_LAUNCH_MA_EN) == 0) {
        return SEV_STATUS_SUCCESS;
    }
    if ((parameters->policy & SNP_POLICY_MIGRATE_MA) == 0) {
        return SEV_STATUS_POLICY_FAILURE;
    }
    status = snp_context_open(parameters->ma_gctx_paddr & ~fabric_c_bit_mask(), agent);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if ((*agent)->state != SNP_GUEST_RUNNING) {
        return SEV_STATUS_INVALID_GUEST_STATE;
    }
    return ((*agent)->policy & SNP_POLICY_MIGRATE_MA) != 0 ? SEV_STATUS_POLICY_FAILURE
                                                           : SEV_STATUS_SUCCESS;
}

/** Checks 11 and 12. */
static enum sev_status check_rest(const struct snp_launch_start *parameters, uint64_t *scale)
{
    const bool has_imi = (parameters->flags & SNP_LAUNCH_IMI_EN) != 0;

    return (has_imi && (parameters->policy & SNP_POLICY_MIGRATE_MA) == 0) ||
                   !tsc_find_scale(parameters->desired_tsc_khz, scale)
               ? SEV_STATUS_INVALID_PARAM
               : SEV_STATUS_SUCCESS;
}

/** Without an agent the firmware makes the VMRK; with one it comes from there (SNP 9.2). */
static void take_secrets(struct snp_guest *guest, const struct secrets *secrets,
                         const struct snp_guest *agent)
{
    memcpy(guest->vek, secrets->vek, sizeof guest->vek);
    memcpy(guest->vmpck, secrets->vmpck, sizeof guest->vmpck);
    memcpy(guest->oek, secrets->oek, sizeof guest->oek);
    memcpy(guest->report_id, secrets->report_id, sizeof guest->report_id);
    if (agent == NULL) {
        memcpy(guest->vmrk, secrets->vmrk, sizeof guest->vmrk);
        guest->has_vmrk = true;
        memset(guest->report_id_ma, 0xFF, sizeof guest->report_id_ma);
    } else {
        guest->agent = (struct snp_agent){.paddr = agent->paddr, .id = agent->id};
        memcpy(guest->report_id_ma, agent->report_id, sizeof guest->report_id_ma);
    }
}

/** A guest in INIT has nothing but its id and its page: digests and counts are 0. */
static void start(struct snp_guest *guest, const struct snp_launch_start *parameters,
                  uint64_t scale)
{
    guest->policy = parameters->policy;
    guest->has_imi = (parameters->flags & SNP_LAUNCH_IMI_EN) != 0;
    memcpy(guest->gosvw, parameters->gosvw, sizeof guest->gosvw);
    guest->desired_tsc_khz = parameters->desired_tsc_khz;
    guest->tsc_scale = scale;
    guest->tsc_offset = 0; /* The cores' counters are not for the security processor to read. */
    guest->launch_tcb = tcb_current();
    guest->launch_mitigations = snp_mitigations();
    guest->state = SNP_GUEST_LAUNCH;
}

static enum sev_status handle(struct command *command)
{
    const struct snp_launch_start *parameters =
        (const struct snp_launch_start *)command->parameters;
    struct snp_guest *agent = NULL;
    struct secrets secrets;
    uint64_t scale = 0;
    enum sev_status status = check_policy(parameters);

    if (status == SEV_STATUS_SUCCESS) {
        status = find_agent(parameters, &agent);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = check_rest(parameters, &scale);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!crypto_random_secret(&secrets, sizeof secrets)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }

    take_secrets(command->snp_guest, &secrets, agent);
    start(command->snp_guest, parameters, scale);
    crypto_wipe(&secrets, sizeof secrets);
    return SEV_STATUS_SUCCESS;
}

const struct command_row snp_launch_start_row = {
    ROW_COMMAND(LAUNCH_START, "2.9"),
    ROW_PARAMETERS(snp_launch_start),
    ROW_GUEST(snp_launch_start, gctx_paddr, SNP_GUEST_STATES_INIT),
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INVALID_PARAM) | COMMAND_STATUS(POLICY_FAILURE) |
                COMMAND_STATUS(HWERROR_PLATFORM),
    .check = check,
    .handle = handle,
};
