/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/sev: the platform's state around a command (ccp.h). Whoever else uses the board may have changed
 * it: it is the firmware that is asked, never a memory of what was.
 */
#include <errno.h>

#include "abi/sev_state.h"
#include "host/exec/ccp.h"
#include "host/exec/snp_platform.h"
#include "host/lib/sev.h"

/* INIT, and what the first guest would want. @return 0 or a negative error number */
static int initialise(struct exec_machine *machine)
{
    uint32_t error = 0;
    struct sev_init init = {0};
    if (machine->tmr_paddr != 0) {
        init.options = SEV_INIT_OPTION_ES;
        init.tmr_paddr = machine->tmr_paddr;
        init.tmr_length = EXEC_TMR_BYTES;
        if (exec_machine_lend(machine, machine->tmr_paddr, EXEC_TMR_BYTES) != 0) {
            return -EFAULT;
        }
    }
    int result = exec_machine_command(machine, SEV_COMMAND_INIT, &init, sizeof init, &error);
    if (result != 0 && error == SEV_STATUS_SECURE_DATA_INVALID) {
        /* Its data was damaged, and has been erased. */
        result = exec_machine_command(machine, SEV_COMMAND_INIT, &init, sizeof init, &error);
    }
    if (result != 0) {
        return result;
    }
    exec_machine_flush_caches(machine);
    return exec_machine_command(machine, SEV_COMMAND_DF_FLUSH, NULL, 0, &error);
}

int ccp_start(struct ccp_request *request, bool *started)
{
    struct sev_platform_status status = {0};
    uint32_t error = 0;
    int result = exec_machine_command(request->machine, SEV_COMMAND_PLATFORM_STATUS, &status,
                                      sizeof status, &error);
    *started = false;
    if (result != 0) {
        request->issue.error = error;
        return result;
    }
    if (status.state != SEV_PLATFORM_UNINIT) {
        return 0;
    }
    if (!request->writable) {
        return -EPERM;
    }
    result = initialise(request->machine);
    if (result != 0) {
        request->issue.error = SEV_STATUS_INVALID_PLATFORM_STATE;
        return result;
    }
    *started = true;
    return 0;
}

void ccp_stop(struct ccp_request *request, bool started)
{
    uint32_t error = 0;
    if (started &&
        exec_machine_command(request->machine, SEV_COMMAND_SHUTDOWN, NULL, 0, &error) == 0 &&
        request->machine->tmr_paddr != 0) {
        (void)exec_machine_reclaim(request->machine, request->machine->tmr_paddr, EXEC_TMR_BYTES);
    }
}

int ccp_snp_start(struct ccp_request *request, bool *started)
{
    *started = false;
    if (exec_machine_snp_is_on(request->machine)) {
        return 0;
    }
    uint32_t error = 0;
    const int result = exec_snp_start(request->machine, &error);
    if (result != 0) {
        request->issue.error = SEV_STATUS_INVALID_PLATFORM_STATE;
        return result;
    }
    *started = true;
    return 0;
}

void ccp_snp_stop(struct ccp_request *request, bool started)
{
    uint32_t error = 0;
    if (started) {
        (void)exec_snp_stop(request->machine, &error);
    }
}
