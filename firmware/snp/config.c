/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_CONFIG (SNP 10.2): sets the TCB version that reports show and that VCEK and VLEK are derived for,
 * and what reports hide. SNP_SHUTDOWN forgets it.
 *
 *   SUCCESS                 set
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters are not in DRAM
 *   INVALID_PAGE_STATE      the parameters are not readable
 *   INVALID_PARAM           reserved bits are set, or a part of REPORTED_TCB is above the committed one
 */
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"
#include "firmware/snp/row.h"

static enum sev_status check(struct command *command)
{
    const struct snp_config *parameters = (const struct snp_config *)command->parameters;
    uint32_t reserved = parameters->flags & ~(SNP_CONFIG_MASK_CHIP_ID | SNP_CONFIG_MASK_CHIP_KEY);

    for (size_t i = 0; i < sizeof parameters->reserved_0c; i++) {
        reserved |= parameters->reserved_0c[i];
    }
    return reserved == 0 ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_PARAM;
}

static enum sev_status handle(struct command *command)
{
    const struct snp_config *parameters = (const struct snp_config *)command->parameters;
    struct snp_settings *settings = snp_settings();

    if (!tcb_is_at_most(parameters->reported_tcb, rollback_committed_tcb())) {
        return SEV_STATUS_INVALID_PARAM;
    }
    settings->reported_tcb = parameters->reported_tcb;
    settings->mask_chip_id = (parameters->flags & SNP_CONFIG_MASK_CHIP_ID) != 0;
    settings->mask_chip_key = (parameters->flags & SNP_CONFIG_MASK_CHIP_KEY) != 0;
    return SEV_STATUS_SUCCESS;
}

const struct command_row snp_config_row = {
    ROW_COMMAND(CONFIG, "10.2"),
    ROW_PARAMETERS(snp_config),
    ROW_SNP_INIT,
    .statuses = INIT_STATE_STATUSES | COMMAND_STATUS(INVALID_PARAM),
    .check = check,
    .handle = handle,
};
