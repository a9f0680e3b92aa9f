/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PDH_GEN (section 4.9): new PDH, signed by the PEK. Sessions made for the old PDH no longer open.
 *
 *   SUCCESS                 the new PDH is in force and persisted
 *   INVALID_PLATFORM_STATE  UNINIT
 *   HWERROR_PLATFORM        the random generator or the medium failed; the old PDH stays
 */
#include "firmware/platform/platform.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    struct identity *identity = platform_draft();
    enum sev_status status = SEV_STATUS_HWERROR_PLATFORM;

    (void)command;
    if (identity_new_pdh(identity)) {
        status = platform_replace_identity(identity);
    }
    platform_release_draft();
    return status;
}

const struct command_row sev_pdh_gen_row = {
    ROW_COMMAND(PDH_GEN, "4.9"),
    .platform_states = COMMAND_PLATFORM_READY,
    .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                COMMAND_STATUS(HWERROR_PLATFORM),
    .handle = handle,
};
