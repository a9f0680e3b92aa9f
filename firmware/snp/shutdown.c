/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_SHUTDOWN (SNP 2.2): as SNP_SHUTDOWN_EX without flags: the RMP stays in force.
 *
 *   SUCCESS           the platform is UNINIT, without guests
 *   WBINVD_REQUIRED   in INIT: a core owes a WBINVD
 *   DFFLUSH_REQUIRED  in INIT: an ASID waits for SNP_DF_FLUSH
 */
#include "firmware/snp/row.h"
#include "firmware/snp_guest/start.h"

static enum sev_status handle(struct command *command)
{
    (void)command;
    return snp_end();
}

const struct command_row snp_shutdown_row = {
    ROW_COMMAND(SHUTDOWN, "2.2"),
    ROW_SNP_ANY,
    .statuses = COMMAND_STATUS(SUCCESS) | SHUTDOWN_STATUSES,
    .handle = handle,
};
