/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PEK_GEN (section 4.5): new PEK, signed by OCA and CEK, and new PDH. On an externally owned platform
 * the OCA is replaced by a new self-signed one: the platform owns itself again.
 *
 *   SUCCESS                 the new identity is in force and persisted
 *   INVALID_PLATFORM_STATE  not INIT
 *   HWERROR_PLATFORM        the random generator or the medium failed; the old identity stays
 */
#include "firmware/platform/platform.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    struct identity *identity = platform_draft();
    enum sev_status status = SEV_STATUS_HWERROR_PLATFORM;
    const bool made = identity->owner == IDENTITY_SELF_OWNED ? identity_new_pek(identity)
                                                             : identity_create(identity);

    (void)command;
    if (made) {
        status = platform_replace_identity(identity);
    }
    platform_release_draft();
    return status;
}

const struct command_row sev_pek_gen_row = {
    ROW_COMMAND(PEK_GEN, "4.5"),
    .platform_states = COMMAND_PLATFORM_ONLY(INIT),
    .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                COMMAND_STATUS(HWERROR_PLATFORM),
    .handle = handle,
};
