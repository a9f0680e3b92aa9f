/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/sev: certificates (ccp.h).
 */
#include <errno.h>
#include <string.h>

#include "host/exec/ccp.h"
#include "host/exec/memory.h"
#include "host/lib/sev.h"

_Static_assert(PSP_SEV_BLOB_MAX <= EXEC_OPERAND_BYTES, "what a driver copies has room");

/* A place for what the firmware writes, of zeros. */
static int prepare(struct exec_machine *machine, enum exec_operand place)
{
    static const uint8_t zeros[PSP_SEV_BLOB_MAX];
    return exec_machine_put(machine, place, zeros, sizeof zeros) == 0
               ? exec_machine_lend(machine, exec_machine_operand(machine, place), sizeof zeros)
               : -EFAULT;
}

static int end(struct exec_machine *machine, enum exec_operand place)
{
    return exec_machine_reclaim(machine, exec_machine_operand(machine, place), PSP_SEV_BLOB_MAX);
}

/* Copies what the firmware wrote to the program, no more than that has room for. */
static int deliver(const struct ccp_request *request, enum exec_operand place,
                   const struct psp_sev_buffer *buffer, uint32_t room)
{
    uint8_t blob[PSP_SEV_BLOB_MAX];
    const uint32_t length = buffer->length < room ? buffer->length : room;
    return exec_machine_get(request->machine, place, blob, length) == 0 &&
                   exec_memory_write(request->call, buffer->address, blob, length) == 0
               ? 0
               : -EFAULT;
}

/* PEK_CSR with the platform initialised. */
static int export_csr(struct ccp_request *request, struct psp_sev_buffer *buffer, bool wanted)
{
    struct exec_machine *machine = request->machine;
    const uint32_t room = buffer->length;
    struct sev_pek_csr parameters = {0};
    if (wanted) {
        parameters.csr_paddr = exec_machine_operand(machine, EXEC_OPERAND_FIRST);
        parameters.csr_length = room;
        if (prepare(machine, EXEC_OPERAND_FIRST) != 0) {
            return -EFAULT;
        }
    }
    const int result = ccp_issue(request, SEV_COMMAND_PEK_CSR, &parameters, sizeof parameters);
    if (wanted && end(machine, EXEC_OPERAND_FIRST) != 0) {
        return result != 0 ? result : -EFAULT;
    }
    buffer->length = parameters.csr_length;
    if (ccp_write(request, buffer, sizeof *buffer) != 0) {
        return -EFAULT;
    }
    /* The length is for a program that has asked for it; a refused command wrote nothing. */
    return result == 0 && wanted ? deliver(request, EXEC_OPERAND_FIRST, buffer, room) : result;
}

int ccp_pek_csr(struct ccp_request *request)
{
    struct psp_sev_buffer buffer;
    bool started = false;
    if (!request->writable) {
        return -EPERM;
    }
    if (ccp_read(request, &buffer, sizeof buffer) != 0) {
        return -EFAULT;
    }
    const bool wanted = buffer.address != 0 && buffer.length != 0;
    if (wanted && buffer.length > PSP_SEV_BLOB_MAX) {
        return -EFAULT;
    }
    int result = ccp_start(request, &started);
    if (result == 0) {
        result = export_csr(request, &buffer, wanted);
    }
    ccp_stop(request, started);
    return result;
}

/* PDH_CERT_EXPORT with the platform initialised. */
static int export_pdh(struct ccp_request *request, struct psp_sev_buffers *buffers, bool wanted)
{
    struct exec_machine *machine = request->machine;
    const struct psp_sev_buffers room = *buffers;
    struct sev_pdh_cert_export parameters = {0};
    if (wanted) {
        parameters.pdh_cert_paddr = exec_machine_operand(machine, EXEC_OPERAND_FIRST);
        parameters.pdh_cert_length = room.first.length;
        parameters.certs_paddr = exec_machine_operand(machine, EXEC_OPERAND_SECOND);
        parameters.certs_length = room.second.length;
        if (prepare(machine, EXEC_OPERAND_FIRST) != 0 ||
            prepare(machine, EXEC_OPERAND_SECOND) != 0) {
            return -EFAULT;
        }
    }
    const int result =
        ccp_issue(request, SEV_COMMAND_PDH_CERT_EXPORT, &parameters, sizeof parameters);
    if (wanted &&
        (end(machine, EXEC_OPERAND_FIRST) != 0 || end(machine, EXEC_OPERAND_SECOND) != 0)) {
        return result != 0 ? result : -EFAULT;
    }
    buffers->first.length = parameters.pdh_cert_length;
    buffers->second.length = parameters.certs_length;
    if (ccp_write(request, buffers, sizeof *buffers) != 0) {
        return -EFAULT;
    }
    if (result != 0 || !wanted) {
        return result;
    }
    return deliver(request, EXEC_OPERAND_FIRST, &buffers->first, room.first.length) == 0
               ? deliver(request, EXEC_OPERAND_SECOND, &buffers->second, room.second.length)
               : -EFAULT;
}

int ccp_pdh_cert_export(struct ccp_request *request)
{
    struct psp_sev_buffers buffers;
    bool started = false;
    if (ccp_read(request, &buffers, sizeof buffers) != 0) {
        return -EFAULT;
    }
    const bool wanted = buffers.first.address != 0 && buffers.first.length != 0 &&
                        buffers.second.address != 0 && buffers.second.length != 0;
    if (wanted &&
        (buffers.first.length > PSP_SEV_BLOB_MAX || buffers.second.length > PSP_SEV_BLOB_MAX)) {
        return -EFAULT;
    }
    int result = ccp_start(request, &started);
    if (result == 0) {
        result = export_pdh(request, &buffers, wanted);
    }
    ccp_stop(request, started);
    return result;
}

/* Copies what a command reads. */
static int fetch(const struct ccp_request *request, enum exec_operand place,
                 const struct psp_sev_buffer *buffer)
{
    uint8_t blob[PSP_SEV_BLOB_MAX];
    if (buffer->address == 0 || buffer->length == 0 || buffer->length > sizeof blob) {
        return -EINVAL;
    }
    return exec_memory_read(request->call, buffer->address, blob, buffer->length) == 0 &&
                   exec_machine_put(request->machine, place, blob, buffer->length) == 0
               ? 0
               : -EFAULT;
}

int ccp_pek_cert_import(struct ccp_request *request)
{
    struct psp_sev_buffers buffers;
    bool started = false;
    if (!request->writable) {
        return -EPERM;
    }
    if (ccp_read(request, &buffers, sizeof buffers) != 0) {
        return -EFAULT;
    }
    struct sev_pek_cert_import parameters = {
        .pek_cert_paddr = exec_machine_operand(request->machine, EXEC_OPERAND_FIRST),
        .pek_cert_length = buffers.first.length,
        .oca_cert_paddr = exec_machine_operand(request->machine, EXEC_OPERAND_SECOND),
        .oca_cert_length = buffers.second.length,
    };
    int result = fetch(request, EXEC_OPERAND_FIRST, &buffers.first);
    if (result == 0) {
        result = fetch(request, EXEC_OPERAND_SECOND, &buffers.second);
    }
    if (result == 0) {
        result = ccp_start(request, &started);
    }
    if (result == 0) {
        result = ccp_issue(request, SEV_COMMAND_PEK_CERT_IMPORT, &parameters, sizeof parameters);
    }
    ccp_stop(request, started);
    return result;
}
