/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DF_FLUSH (sections 4.10, 9.5): flushes the data fabric's write buffers, which makes the ASIDs that
 * were given up before it usable again.
 *
 *   SUCCESS                 done
 *   INVALID_PLATFORM_STATE  UNINIT
 *   WBINVD_REQUIRED         a core has not executed WBINVD since the last DEACTIVATE, INIT or SHUTDOWN
 */
#include "firmware/guest/asid.h"
#include "firmware/platform/flush.h"
#include "firmware/sev/row.h"

static enum sev_status handle(struct command *command)
{
    (void)command;
    if (!flush_wbinvd_done()) {
        return SEV_STATUS_WBINVD_REQUIRED;
    }
    asid_flushed();
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_df_flush_row = {
    ROW_COMMAND(DF_FLUSH, "4.10"),
    .platform_states = COMMAND_PLATFORM_READY,
    .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                COMMAND_STATUS(WBINVD_REQUIRED),
    .handle = handle,
};
