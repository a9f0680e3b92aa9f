/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands together with what their buffers point to.
 */
#include <string.h>

#include "host/lib/sev.h"
#include "host/lib/sev_operand.h"

int sev_read_chip_id(struct board *board, uint8_t id[SEV_CHIP_ID_BYTES])
{
    struct sev_get_id buffer = {.id_paddr = sev_operand_paddr(board, SEV_OPERAND_FIRST),
                                .id_length = SEV_PACKET_MAX};
    int result = sev_get_id(board, &buffer);
    return sev_operand_get(board, result, SEV_OPERAND_FIRST, id, SEV_CHIP_ID_BYTES);
}

int sev_export_certificates(struct board *board, struct sev_certificate *pdh,
                            struct sev_certificate_chain *chain)
{
    struct sev_pdh_cert_export buffer = {
        .pdh_cert_paddr = sev_operand_paddr(board, SEV_OPERAND_FIRST),
        .pdh_cert_length = sizeof *pdh,
        .certs_paddr = sev_operand_paddr(board, SEV_OPERAND_SECOND),
        .certs_length = sizeof *chain,
    };
    int result = sev_pdh_cert_export(board, &buffer);
    result = sev_operand_get(board, result, SEV_OPERAND_FIRST, pdh, sizeof *pdh);
    return sev_operand_get(board, result, SEV_OPERAND_SECOND, chain, sizeof *chain);
}

int sev_export_csr(struct board *board, struct sev_certificate *csr)
{
    struct sev_pek_csr buffer = {.csr_paddr = sev_operand_paddr(board, SEV_OPERAND_FIRST),
                                 .csr_length = sizeof *csr};
    int result = sev_pek_csr(board, &buffer);
    return sev_operand_get(board, result, SEV_OPERAND_FIRST, csr, sizeof *csr);
}

int sev_import_owner(struct board *board, const struct sev_certificate *pek,
                     const struct sev_certificate *oca)
{
    struct sev_pek_cert_import buffer = {
        .pek_cert_paddr = sev_operand_paddr(board, SEV_OPERAND_FIRST),
        .pek_cert_length = sizeof *pek,
        .oca_cert_paddr = sev_operand_paddr(board, SEV_OPERAND_SECOND),
        .oca_cert_length = sizeof *oca,
    };
    int result = sev_operand_put(board, SEV_OPERAND_FIRST, pek, sizeof *pek);
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_operand_put(board, SEV_OPERAND_SECOND, oca, sizeof *oca);
    }
    return result == SEV_STATUS_SUCCESS ? sev_pek_cert_import(board, &buffer) : result;
}

int sev_start_launch(struct board *board, uint32_t policy,
                     const struct sev_certificate *certificate, const struct sev_session *session,
                     uint32_t *handle)
{
    struct sev_launch_start buffer = {.policy = policy};
    int result = SEV_STATUS_SUCCESS;
    if (certificate != NULL && session != NULL) {
        buffer.dh_cert_paddr = sev_operand_paddr(board, SEV_OPERAND_FIRST);
        buffer.dh_cert_length = sizeof *certificate;
        buffer.session_paddr = sev_operand_paddr(board, SEV_OPERAND_SECOND);
        buffer.session_length = sizeof *session;
        result = sev_operand_put(board, SEV_OPERAND_FIRST, certificate, sizeof *certificate);
        if (result == SEV_STATUS_SUCCESS) {
            result = sev_operand_put(board, SEV_OPERAND_SECOND, session, sizeof *session);
        }
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_launch_start(board, &buffer);
    }
    if (result == SEV_STATUS_SUCCESS) {
        *handle = buffer.handle;
    }
    return result;
}

int sev_launch_memory(struct board *board, uint32_t handle, uint64_t paddr, uint64_t length)
{
    int result = SEV_STATUS_SUCCESS;
    do {
        const uint32_t part = length < SEV_MEMORY_MAX ? (uint32_t)length : SEV_MEMORY_MAX;
        struct sev_launch_update update = {.handle = handle, .paddr = paddr, .length = part};
        result = sev_launch_update_data(board, &update);
        paddr += part;
        length -= part;
    } while (result == SEV_STATUS_SUCCESS && length != 0);
    return result;
}

int sev_measure_launch(struct board *board, uint32_t handle, struct sev_measurement *measurement)
{
    struct sev_launch_measure buffer = {
        .handle = handle,
        .measure_paddr = sev_operand_paddr(board, SEV_OPERAND_FIRST),
        .measure_length = sizeof *measurement,
    };
    int result = sev_launch_measure(board, &buffer);
    return sev_operand_get(board, result, SEV_OPERAND_FIRST, measurement, sizeof *measurement);
}

int sev_inject_secret(struct board *board, uint32_t handle, const struct sev_packet_header *header,
                      const void *data, uint32_t length, uint64_t paddr)
{
    if (length > SEV_PACKET_MAX) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    struct sev_packet buffer = {
        .handle = handle,
        .hdr_paddr = sev_operand_paddr(board, SEV_OPERAND_SECOND),
        .hdr_length = sizeof *header,
        .guest_paddr = paddr,
        .guest_length = length,
        .trans_paddr = sev_operand_paddr(board, SEV_OPERAND_FIRST),
        .trans_length = length,
    };
    int result = sev_operand_put(board, SEV_OPERAND_FIRST, data, length);
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_operand_put(board, SEV_OPERAND_SECOND, header, sizeof *header);
    }
    return result == SEV_STATUS_SUCCESS ? sev_launch_update_secret(board, &buffer) : result;
}

int sev_attest(struct board *board, uint32_t handle, const uint8_t mnonce[SEV_NONCE_BYTES],
               struct sev_attestation_report *report)
{
    struct sev_attestation buffer = {
        .handle = handle,
        .report_paddr = sev_operand_paddr(board, SEV_OPERAND_FIRST),
        .length = sizeof *report,
    };
    memcpy(buffer.mnonce, mnonce, sizeof buffer.mnonce);
    int result = sev_attestation(board, &buffer);
    return sev_operand_get(board, result, SEV_OPERAND_FIRST, report, sizeof *report);
}
