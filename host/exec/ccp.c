/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/sev: SEV_ISSUE_CMD, and what its commands share (ccp.h).
 */
#include "host/exec/ccp.h"

#include <errno.h>

#include "host/exec/memory.h"

static ccp_command *const commands[PSP_SEV_COMMANDS] = {
    [PSP_SEV_FACTORY_RESET] = ccp_factory_reset,
    [PSP_SEV_PLATFORM_STATUS] = ccp_platform_status,
    [PSP_SEV_PEK_GEN] = ccp_pek_gen,
    [PSP_SEV_PEK_CSR] = ccp_pek_csr,
    [PSP_SEV_PDH_GEN] = ccp_pdh_gen,
    [PSP_SEV_PDH_CERT_EXPORT] = ccp_pdh_cert_export,
    [PSP_SEV_PEK_CERT_IMPORT] = ccp_pek_cert_import,
    [PSP_SEV_GET_ID] = ccp_get_id,
    [PSP_SEV_GET_ID2] = ccp_get_id2,
    [PSP_SNP_PLATFORM_STATUS] = ccp_snp_platform_status,
    [PSP_SNP_COMMIT] = ccp_snp_commit,
    [PSP_SNP_SET_CONFIG] = ccp_snp_set_config,
    [PSP_SNP_VLEK_LOAD] = ccp_snp_vlek_load,
};

int ccp_issue(struct ccp_request *request, uint32_t id, void *data, size_t length)
{
    uint32_t error = 0;
    const int result = exec_machine_command(request->machine, id, data, length, &error);
    request->issue.error = error;
    return result;
}

int ccp_read(const struct ccp_request *request, void *to, size_t length)
{
    return exec_memory_read(request->call, request->issue.data, to, length);
}

int ccp_write(const struct ccp_request *request, const void *from, size_t length)
{
    return exec_memory_write(request->call, request->issue.data, from, length);
}

int exec_ccp_ioctl(struct exec_machine *machine, const struct exec_call *call, uint32_t number,
                   uint64_t argument, bool writable)
{
    struct ccp_request request = {.machine = machine, .call = call, .writable = writable};
    if (number != PSP_SEV_ISSUE_CMD) {
        return -EINVAL;
    }
    if (exec_memory_read(call, argument, &request.issue, sizeof request.issue) != 0) {
        return -EFAULT;
    }
    if (request.issue.command >= PSP_SEV_COMMANDS) {
        return -EINVAL;
    }
    if (exec_machine_take(machine) != 0) {
        request.issue.error = EXEC_NO_FIRMWARE_CALL;
        return exec_memory_write(call, argument, &request.issue, sizeof request.issue) == 0
                   ? -EIO
                   : -EFAULT;
    }
    const int result = commands[request.issue.command](&request);
    /* Also when the command has failed: that is how its status gets out. */
    return exec_memory_write(call, argument, &request.issue, sizeof request.issue) == 0 ? result
                                                                                        : -EFAULT;
}
