/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/sev: the platform and the chip (ccp.h).
 */
#include <errno.h>
#include <string.h>

#include "abi/sev_state.h"
#include "host/exec/ccp.h"
#include "host/exec/memory.h"
#include "host/lib/sev.h"

int ccp_factory_reset(struct ccp_request *request)
{
    struct sev_platform_status status = {0};
    if (!request->writable) {
        return -EPERM;
    }
    int result = ccp_issue(request, SEV_COMMAND_PLATFORM_STATUS, &status, sizeof status);
    if (result == 0 && status.state == SEV_PLATFORM_WORKING) {
        return -EBUSY;
    }
    if (result == 0 && status.state == SEV_PLATFORM_INIT) {
        result = ccp_issue(request, SEV_COMMAND_SHUTDOWN, NULL, 0);
    }
    return result == 0 ? ccp_issue(request, SEV_COMMAND_PLATFORM_RESET, NULL, 0) : result;
}

int ccp_platform_status(struct ccp_request *request)
{
    struct sev_platform_status status = {0};
    const int result = ccp_issue(request, SEV_COMMAND_PLATFORM_STATUS, &status, sizeof status);
    return result == 0 ? ccp_write(request, &status, sizeof status) : result;
}

/* A command without a buffer that wants the platform to be initialised. */
static int generate(struct ccp_request *request, uint32_t id)
{
    bool started = false;
    if (!request->writable) {
        return -EPERM;
    }
    int result = ccp_start(request, &started);
    if (result != 0) {
        return result;
    }
    result = ccp_issue(request, id, NULL, 0);
    ccp_stop(request, started);
    return result;
}

int ccp_pek_gen(struct ccp_request *request)
{
    return generate(request, SEV_COMMAND_PEK_GEN);
}

int ccp_pdh_gen(struct ccp_request *request)
{
    return generate(request, SEV_COMMAND_PDH_GEN);
}

/* GET_ID to a place of LENGTH bytes, 0 to ask for the length. @param[out] id  all that fits */
static int read_id(struct ccp_request *request, uint32_t *length, uint8_t id[PSP_SEV_GET_ID_BYTES])
{
    static const uint8_t zeros[PSP_SEV_GET_ID_BYTES];
    struct exec_machine *machine = request->machine;
    const uint64_t paddr = exec_machine_operand(machine, EXEC_OPERAND_FIRST);
    struct sev_get_id parameters = {0};
    if (*length != 0) {
        parameters.id_paddr = paddr;
        parameters.id_length = *length < DRAM_PAGE_BYTES ? *length : DRAM_PAGE_BYTES;
    }
    if (exec_machine_put(machine, EXEC_OPERAND_FIRST, zeros, sizeof zeros) != 0 ||
        exec_machine_lend(machine, paddr, DRAM_PAGE_BYTES) != 0) {
        return -EFAULT;
    }
    const int result = ccp_issue(request, SEV_COMMAND_GET_ID, &parameters, sizeof parameters);
    if (exec_machine_reclaim(machine, paddr, DRAM_PAGE_BYTES) != 0 ||
        exec_machine_get(machine, EXEC_OPERAND_FIRST, id, PSP_SEV_GET_ID_BYTES) != 0) {
        return result != 0 ? result : -EFAULT;
    }
    *length = parameters.id_length;
    return result;
}

int ccp_get_id(struct ccp_request *request)
{
    uint8_t id[PSP_SEV_GET_ID_BYTES];
    uint32_t length = sizeof id;
    const int result = read_id(request, &length, id);
    return result == 0 ? ccp_write(request, id, length < sizeof id ? length : sizeof id) : result;
}

int ccp_get_id2(struct ccp_request *request)
{
    uint8_t id[PSP_SEV_GET_ID_BYTES];
    struct psp_sev_buffer buffer;
    if (ccp_read(request, &buffer, sizeof buffer) != 0) {
        return -EFAULT;
    }
    const bool wanted = buffer.address != 0 && buffer.length != 0;
    const uint32_t room = wanted ? buffer.length : 0;
    if (room > PSP_SEV_ID_ALLOCATION_MAX) {
        return -ENOMEM;
    }
    uint32_t length = room;
    const int result = read_id(request, &length, id);
    buffer.length = length;
    if (ccp_write(request, &buffer, sizeof buffer) != 0) {
        return -EFAULT;
    }
    uint32_t copied = buffer.length < sizeof id ? buffer.length : (uint32_t)sizeof id;
    copied = copied < room ? copied : room;
    return result == 0 && wanted ? exec_memory_write(request->call, buffer.address, id, copied)
                                 : result;
}
