/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PLATFORM_STATUS (section 4.4): version, state, owner, configuration, number of guests. Version and
 * build enter the launch measurement and never change while the firmware runs.
 *
 *   SUCCESS             the parameters are filled in
 *   INVALID_ADDRESS     the parameters are not in DRAM
 *   INVALID_PAGE_STATE  with SEV-SNP on: a page named here is one that it may not be
 */
#include "firmware/guest/guest.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/product.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    struct sev_platform_status *parameters = (struct sev_platform_status *)command->parameters;

    *parameters = (struct sev_platform_status){
        .api_major = product()->api_major,
        .api_minor = product()->api_minor,
        .state = (uint8_t)platform_state(),
        .owner = platform_owner() == IDENTITY_EXTERNALLY_OWNED ? SEV_STATUS_OWNER_EXTERNAL : 0,
        .config = platform_es_enabled() ? SEV_STATUS_CONFIG_ES : 0,
        .build = SEV_BUILD,
        .guest_count = guest_count(),
    };
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_platform_status_row = {
    ROW_COMMAND(PLATFORM_STATUS, "4.4"),
    ROW_PARAMETERS(sev_platform_status),
    .platform_states = COMMAND_PLATFORM_ANY,
    .out = {{0, sizeof(struct sev_platform_status)}},
    .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_ADDRESS) |
                COMMAND_STATUS(INVALID_PAGE_STATE),
    .handle = handle,
};
