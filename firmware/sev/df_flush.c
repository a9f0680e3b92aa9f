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
#include "firmware/sev/commands.h"

enum sev_status sev_df_flush(struct command *command)
{
    (void)command;
    if (!flush_wbinvd_done()) {
        return SEV_STATUS_WBINVD_REQUIRED;
    }
    asid_flushed();
    return SEV_STATUS_SUCCESS;
}
