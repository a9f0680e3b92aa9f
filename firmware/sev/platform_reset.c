/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PLATFORM_RESET (section 4.3): erases OCA, PEK, PDH and ownership. The next INIT makes new ones; the
 * CEK stays. An NV block that is known from an earlier INIT_EX is filled with FFh. SEV-SNP may be on, and
 * stays as it is, with what SNP_CONFIG has set.
 *
 *   SUCCESS                 persistent data is gone
 *   INVALID_PLATFORM_STATE  not UNINIT
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page of that block is not the firmware's any more
 *   HWERROR_PLATFORM        flash failed
 */
#include "firmware/platform/platform.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    (void)command;
    return platform_reset();
}

const struct command_row sev_platform_reset_row = {
    ROW_COMMAND(PLATFORM_RESET, "4.3"),
    .platform_states = COMMAND_PLATFORM_ONLY(UNINIT),
    .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                COMMAND_STATUS(INVALID_PAGE_STATE) | COMMAND_STATUS(HWERROR_PLATFORM),
    .handle = handle,
};
