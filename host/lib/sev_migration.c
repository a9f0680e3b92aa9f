/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands that move a guest, together with what their buffers point to.
 */
#include "host/lib/sev_migration.h"

#include "host/lib/sev_operand.h"

/* Puts a packet's header second and its data first, and describes both. */
static struct sev_packet describe(const struct board *board, uint32_t handle, uint64_t paddr,
                                  uint32_t length)
{
    return (struct sev_packet){
        .handle = handle,
        .hdr_paddr = sev_operand_paddr(board, SEV_OPERAND_SECOND),
        .hdr_length = sizeof(struct sev_packet_header),
        .guest_paddr = paddr,
        .guest_length = length,
        .trans_paddr = sev_operand_paddr(board, SEV_OPERAND_FIRST),
        .trans_length = length,
    };
}

int sev_start_send(struct board *board, uint32_t handle, const struct sev_target *target,
                   struct sev_session *session, uint32_t *policy)
{
    struct sev_send_start buffer = {
        .handle = handle,
        .pdh_cert_paddr = sev_operand_paddr(board, SEV_OPERAND_FIRST),
        .pdh_cert_length = sizeof target->pdh,
        .plat_certs_paddr = sev_operand_paddr(board, SEV_OPERAND_SECOND),
        .plat_certs_length = sizeof target->chain,
        .amd_certs_paddr = sev_operand_paddr(board, SEV_OPERAND_THIRD),
        .amd_certs_length = target->amd_length,
        .session_paddr = sev_operand_paddr(board, SEV_OPERAND_FOURTH),
        .session_length = sizeof *session,
    };
    const struct {
        const void *data;
        size_t length;
    } inputs[] = {
        {&target->pdh, sizeof target->pdh},
        {&target->chain, sizeof target->chain},
        {target->amd, sizeof target->amd},
    };
    int result = SEV_STATUS_SUCCESS;
    for (unsigned i = 0; i < sizeof inputs / sizeof inputs[0] && result == SEV_STATUS_SUCCESS;
         i++) {
        result = sev_operand_put(board, (enum sev_operand)i, inputs[i].data, inputs[i].length);
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_send_start(board, &buffer);
    }
    if (result == SEV_STATUS_SUCCESS) {
        *policy = buffer.policy;
    }
    return sev_operand_get(board, result, SEV_OPERAND_FOURTH, session, sizeof *session);
}

int sev_send(struct board *board, uint32_t handle, uint64_t paddr, struct sev_sent_packet *packet)
{
    if (packet->length > SEV_PACKET_MAX) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    struct sev_packet buffer = describe(board, handle, paddr, packet->length);
    int result =
        packet->vmsa ? sev_send_update_vmsa(board, &buffer) : sev_send_update_data(board, &buffer);
    result =
        sev_operand_get(board, result, SEV_OPERAND_SECOND, &packet->header, sizeof packet->header);
    return sev_operand_get(board, result, SEV_OPERAND_FIRST, packet->data, packet->length);
}

int sev_start_receive(struct board *board, uint32_t policy, const struct sev_certificate *pdh,
                      const struct sev_session *session, uint32_t *handle)
{
    struct sev_receive_start buffer = {
        .policy = policy,
        .pdh_cert_paddr = sev_operand_paddr(board, SEV_OPERAND_FIRST),
        .pdh_cert_length = sizeof *pdh,
        .session_paddr = sev_operand_paddr(board, SEV_OPERAND_SECOND),
        .session_length = sizeof *session,
    };
    int result = sev_operand_put(board, SEV_OPERAND_FIRST, pdh, sizeof *pdh);
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_operand_put(board, SEV_OPERAND_SECOND, session, sizeof *session);
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_receive_start(board, &buffer);
    }
    if (result == SEV_STATUS_SUCCESS) {
        *handle = buffer.handle;
    }
    return result;
}

int sev_receive(struct board *board, uint32_t handle, uint64_t paddr,
                const struct sev_sent_packet *packet)
{
    if (packet->length > SEV_PACKET_MAX) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    struct sev_packet buffer = describe(board, handle, paddr, packet->length);
    int result = sev_operand_put(board, SEV_OPERAND_FIRST, packet->data, packet->length);
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_operand_put(board, SEV_OPERAND_SECOND, &packet->header, sizeof packet->header);
    }
    if (result != SEV_STATUS_SUCCESS) {
        return result;
    }
    return packet->vmsa ? sev_receive_update_vmsa(board, &buffer)
                        : sev_receive_update_data(board, &buffer);
}
