/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/sev: SEV-SNP's commands (ccp.h).
 */
#include <errno.h>

#include "abi/snp_command_id.h"
#include "abi/snp_commands.h"
#include "abi/snp_data.h"
#include "host/exec/ccp.h"
#include "host/exec/memory.h"

/* SNP_PLATFORM_STATUS with SEV-SNP on. */
static int read_status(struct ccp_request *request)
{
    struct exec_machine *machine = request->machine;
    struct snp_platform_status_page status;
    const uint64_t paddr = exec_machine_operand(machine, EXEC_OPERAND_FIRST);
    struct snp_address parameters = {.paddr = paddr};
    if (exec_machine_lend(machine, paddr, DRAM_PAGE_BYTES) != 0) {
        return -EFAULT;
    }
    const int result =
        ccp_issue(request, SNP_COMMAND_PLATFORM_STATUS, &parameters, sizeof parameters);
    if (exec_machine_reclaim(machine, paddr, DRAM_PAGE_BYTES) != 0) {
        return -EFAULT;
    }
    if (result != 0) {
        return result;
    }
    return exec_machine_get(machine, EXEC_OPERAND_FIRST, &status, sizeof status) == 0
               ? ccp_write(request, &status, sizeof status)
               : -EFAULT;
}

int ccp_snp_platform_status(struct ccp_request *request)
{
    bool started = false;
    if (request->issue.data == 0) {
        return -EINVAL;
    }
    int result = ccp_snp_start(request, &started);
    if (result == 0) {
        result = read_status(request);
    }
    ccp_snp_stop(request, started);
    return result;
}

/* A command that only reads its parameters, with SEV-SNP on. */
static int issue_started(struct ccp_request *request, uint32_t id, void *data, size_t length)
{
    bool started = false;
    int result = ccp_snp_start(request, &started);
    if (result == 0) {
        result = ccp_issue(request, id, data, length);
    }
    ccp_snp_stop(request, started);
    return result;
}

int ccp_snp_commit(struct ccp_request *request)
{
    struct snp_commit parameters = {.length = sizeof parameters};
    return issue_started(request, SNP_COMMAND_COMMIT, &parameters, sizeof parameters);
}

int ccp_snp_set_config(struct ccp_request *request)
{
    struct snp_config config;
    if (request->issue.data == 0) {
        return -EINVAL;
    }
    if (!request->writable) {
        return -EPERM;
    }
    if (ccp_read(request, &config, sizeof config) != 0) {
        return -EFAULT;
    }
    return issue_started(request, SNP_COMMAND_CONFIG, &config, sizeof config);
}

int ccp_snp_vlek_load(struct ccp_request *request)
{
    struct psp_snp_vlek_load load;
    struct snp_wrapped_vlek wrapped;
    if (request->issue.data == 0) {
        return -EINVAL;
    }
    if (!request->writable) {
        return -EPERM;
    }
    if (ccp_read(request, &load, sizeof load) != 0) {
        return -EFAULT;
    }
    if (load.length != sizeof load || load.version != 0 || load.address == 0) {
        return -EINVAL;
    }
    if (exec_memory_read(request->call, load.address, &wrapped, sizeof wrapped) != 0 ||
        exec_machine_put(request->machine, EXEC_OPERAND_FIRST, &wrapped, sizeof wrapped) != 0) {
        return -EFAULT;
    }
    load.address = exec_machine_operand(request->machine, EXEC_OPERAND_FIRST);
    return issue_started(request, SNP_COMMAND_VLEK_LOAD, &load, sizeof load);
}
