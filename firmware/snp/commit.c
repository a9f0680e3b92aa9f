/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_COMMIT (SNP 10.2): makes the running firmware's version and TCB the floor, for ever: nothing older is
 * accepted or serves any more. Reports show the TCB from now on.
 *
 *   SUCCESS             committed
 *   INVALID_ADDRESS     the parameters are not in DRAM
 *   INVALID_PAGE_STATE  the parameters are not readable
 *   INVALID_LENGTH      LENGTH is below 4
 *   BAD_SVN             a part of the TCB is below the committed one
 *   BAD_VERSION         the version is below the committed one
 *   HWERROR_PLATFORM    flash or the random generator failed: the old or the new floor counts
 */
#include "firmware/platform/commit.h"
#include "firmware/snp/row.h"

static enum sev_status handle(struct command *command)
{
    (void)command;
    return platform_commit();
}

const struct command_row snp_commit_row = {
    ROW_COMMAND(COMMIT, "10.2"),
    ROW_PARAMETERS(snp_commit),
    ROW_SNP_ANY,
    .has_length = true,
    .statuses = PARAMETER_STATUSES | COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(BAD_SVN) |
                COMMAND_STATUS(BAD_VERSION) | COMMAND_STATUS(HWERROR_PLATFORM),
    .handle = handle,
};
