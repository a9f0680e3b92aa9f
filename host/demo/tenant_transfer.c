/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest on its way: all of its memory as packets, and packets back into memory.
 */
#include "host/demo/tenant.h"

/* Sends one piece, a packet at a time. */
static int send_piece(const struct tenant *tenant, struct board *board, uint32_t packet_bytes,
                      const struct guest_image_piece *piece, tenant_sink *sink, void *context)
{
    struct sev_sent_packet packet = {.vmsa = false};
    int result = SEV_STATUS_SUCCESS;
    for (size_t done = 0; done < piece->length && result == SEV_STATUS_SUCCESS;
         done += packet.length) {
        const size_t left = piece->length - done;
        packet.length = left < packet_bytes ? (uint32_t)left : packet_bytes;
        result = sev_send(board, tenant->handle, piece->paddr + done, &packet);
        if (result == SEV_STATUS_SUCCESS) {
            result = sink(context, &packet, piece->offset + done);
        }
    }
    return result;
}

int tenant_send(const struct tenant *tenant, struct board *board, uint32_t packet_bytes,
                tenant_sink *sink, void *context)
{
    int result = SEV_STATUS_SUCCESS;
    if (packet_bytes == 0 || packet_bytes > SEV_PACKET_MAX || packet_bytes % SEV_BLOCK_BYTES != 0) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    for (size_t i = 0; i < tenant->image.piece_count && result == SEV_STATUS_SUCCESS; i++) {
        result = send_piece(tenant, board, packet_bytes, &tenant->image.pieces[i], sink, context);
    }
    if (result == SEV_STATUS_SUCCESS && tenant->vmsa_paddr != 0) {
        struct sev_sent_packet packet = {.vmsa = true, .length = SEV_VMSA_BYTES};
        result = sev_send(board, tenant->handle, tenant->vmsa_paddr, &packet);
        if (result == SEV_STATUS_SUCCESS) {
            result = sink(context, &packet, 0);
        }
    }
    return result;
}

int tenant_receive(const struct tenant *tenant, struct board *board,
                   const struct sev_sent_packet *packet, uint64_t offset)
{
    if (packet->vmsa) {
        return tenant->vmsa_paddr != 0
                   ? sev_receive(board, tenant->handle, tenant->vmsa_paddr, packet)
                   : SEV_STATUS_INVALID_ADDRESS;
    }
    for (size_t i = 0; i < tenant->image.piece_count; i++) {
        const struct guest_image_piece *piece = &tenant->image.pieces[i];
        if (offset >= piece->offset && offset - piece->offset < piece->length &&
            packet->length <= piece->length - (offset - piece->offset)) {
            return sev_receive(board, tenant->handle, piece->paddr + (offset - piece->offset),
                               packet);
        }
    }
    return SEV_STATUS_INVALID_ADDRESS;
}
