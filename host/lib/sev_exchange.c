/*
 * Commands together with what their buffers point to: the data goes through the board's scratch
 * memory, one page-aligned place for each operand.
 */
#include <string.h>

#include "host/lib/sev.h"

#define FIRST_OPERAND 0x0000u
#define SECOND_OPERAND 0x4000u /* leaves room for a packet of SEV_PACKET_MAX before it */

static uint64_t operand_paddr(const struct board *board, uint32_t place)
{
    return board->scratch_paddr + place;
}

static void *operand(const struct board *board, uint32_t place)
{
    /* The scratch memory was allocated in one piece, so that the pointer exists. */
    uint8_t *scratch = dram_pointer(&board->dram, board->scratch_paddr, BOARD_SCRATCH_BYTES);
    return scratch + place;
}

int sev_read_chip_id(struct board *board, uint8_t id[SEV_CHIP_ID_BYTES])
{
    struct sev_get_id buffer = {.id_paddr = operand_paddr(board, FIRST_OPERAND),
                                .id_length = BOARD_SCRATCH_BYTES};
    int result = sev_get_id(board, &buffer);
    if (result == SEV_STATUS_SUCCESS) {
        memcpy(id, operand(board, FIRST_OPERAND), SEV_CHIP_ID_BYTES);
    }
    return result;
}

int sev_export_certificates(struct board *board, struct sev_certificate *pdh,
                            struct sev_certificate_chain *chain)
{
    struct sev_pdh_cert_export buffer = {
        .pdh_cert_paddr = operand_paddr(board, FIRST_OPERAND),
        .pdh_cert_length = sizeof *pdh,
        .certs_paddr = operand_paddr(board, SECOND_OPERAND),
        .certs_length = sizeof *chain,
    };
    int result = sev_pdh_cert_export(board, &buffer);
    if (result == SEV_STATUS_SUCCESS) {
        memcpy(pdh, operand(board, FIRST_OPERAND), sizeof *pdh);
        memcpy(chain, operand(board, SECOND_OPERAND), sizeof *chain);
    }
    return result;
}

int sev_export_csr(struct board *board, struct sev_certificate *csr)
{
    struct sev_pek_csr buffer = {.csr_paddr = operand_paddr(board, FIRST_OPERAND),
                                 .csr_length = sizeof *csr};
    int result = sev_pek_csr(board, &buffer);
    if (result == SEV_STATUS_SUCCESS) {
        memcpy(csr, operand(board, FIRST_OPERAND), sizeof *csr);
    }
    return result;
}

int sev_import_owner(struct board *board, const struct sev_certificate *pek,
                     const struct sev_certificate *oca)
{
    memcpy(operand(board, FIRST_OPERAND), pek, sizeof *pek);
    memcpy(operand(board, SECOND_OPERAND), oca, sizeof *oca);
    struct sev_pek_cert_import buffer = {
        .pek_cert_paddr = operand_paddr(board, FIRST_OPERAND),
        .pek_cert_length = sizeof *pek,
        .oca_cert_paddr = operand_paddr(board, SECOND_OPERAND),
        .oca_cert_length = sizeof *oca,
    };
    return sev_pek_cert_import(board, &buffer);
}

int sev_start_launch(struct board *board, uint32_t policy,
                     const struct sev_certificate *certificate, const struct sev_session *session,
                     uint32_t *handle)
{
    struct sev_launch_start buffer = {.policy = policy};
    if (certificate != NULL && session != NULL) {
        memcpy(operand(board, FIRST_OPERAND), certificate, sizeof *certificate);
        memcpy(operand(board, SECOND_OPERAND), session, sizeof *session);
        buffer.dh_cert_paddr = operand_paddr(board, FIRST_OPERAND);
        buffer.dh_cert_length = sizeof *certificate;
        buffer.session_paddr = operand_paddr(board, SECOND_OPERAND);
        buffer.session_length = sizeof *session;
    }
    int result = sev_launch_start(board, &buffer);
    if (result == SEV_STATUS_SUCCESS) {
        *handle = buffer.handle;
    }
    return result;
}

int sev_measure_launch(struct board *board, uint32_t handle, struct sev_measurement *measurement)
{
    struct sev_launch_measure buffer = {
        .handle = handle,
        .measure_paddr = operand_paddr(board, FIRST_OPERAND),
        .measure_length = sizeof *measurement,
    };
    int result = sev_launch_measure(board, &buffer);
    if (result == SEV_STATUS_SUCCESS) {
        memcpy(measurement, operand(board, FIRST_OPERAND), sizeof *measurement);
    }
    return result;
}

int sev_inject_secret(struct board *board, uint32_t handle, const struct sev_packet_header *header,
                      const void *data, uint32_t length, uint64_t paddr)
{
    if (length > SEV_PACKET_MAX) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    memcpy(operand(board, FIRST_OPERAND), data, length);
    memcpy(operand(board, SECOND_OPERAND), header, sizeof *header);
    struct sev_packet buffer = {
        .handle = handle,
        .hdr_paddr = operand_paddr(board, SECOND_OPERAND),
        .hdr_length = sizeof *header,
        .guest_paddr = paddr,
        .guest_length = length,
        .trans_paddr = operand_paddr(board, FIRST_OPERAND),
        .trans_length = length,
    };
    return sev_launch_update_secret(board, &buffer);
}
