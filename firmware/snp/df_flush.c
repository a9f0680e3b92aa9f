/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_DF_FLUSH (SNP 2.4): flushes the data fabric's write buffers, which makes the ASIDs that were
 * given up before it usable again, SEV's too.
 *
 *   SUCCESS                 done
 *   INVALID_PLATFORM_STATE  not INIT
 *   WBINVD_REQUIRED         a core has not executed WBINVD since a guest was ended, or since
 *                           SNP_INIT or SNP_SHUTDOWN
 */
#include "firmware/guest/asid.h"
#include "firmware/platform/flush.h"
#include "firmware/snp/row.h"

static enum sev_status handle(struct command *command)
{
    (void)command;
    if (!flush_wbinvd_done()) {
        return SEV_STATUS_WBINVD_REQUIRED;
    }
    asid_flushed();
    return SEV_STATUS_SUCCESS;
}

const struct command_row snp_df_flush_row = {
    ROW_COMMAND(DF_FLUSH, "2.4"),
    ROW_SNP_INIT,
    .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                COMMAND_STATUS(WBINVD_REQUIRED),
    .handle = handle,
};
