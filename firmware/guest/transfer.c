/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moving guest pages in packets (transfer.h).
 */
#include "firmware/guest/transfer.h"

#include "crypto/aes.h"
#include "crypto/random.h"
#include "firmware/guest/guest_memory.h"
#include "firmware/guest/packet.h"

/** The packet that the command's buffers hold. */
static struct packet packet_of(const struct command *command, uint8_t context,
                               const uint8_t *measure)
{
    return (struct packet){
        .context = context,
        .guest_length = command->data[TRANSFER_GUEST_BUFFER].range.length,
        .trans_length = command->data[TRANSFER_DATA_BUFFER].range.length,
        .data = command->data[TRANSFER_DATA_BUFFER].bytes,
        .measure = measure,
    };
}

enum sev_status transfer_pack(struct command *command, uint8_t context)
{
    struct sev_packet_header *header =
        (struct sev_packet_header *)command->data[TRANSFER_HEADER_BUFFER].bytes;
    const struct command_data *data = &command->data[TRANSFER_DATA_BUFFER];
    const struct sev_transport_keys *keys = &command->guest->keys;
    const struct packet packet = packet_of(command, context, NULL);

    if (!crypto_random(header->iv, sizeof header->iv)) {
        crypto_wipe(data->bytes, data->range.length);
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    header->flags = 0;
    crypto_aes128_ctr(keys->tek, header->iv, data->bytes, data->bytes, data->range.length);
    packet_mac(keys->tik, header, &packet, header->mac);
    return SEV_STATUS_SUCCESS;
}

enum sev_status transfer_unpack(struct command *command, uint8_t context, const uint8_t *measure)
{
    const struct sev_packet_header *header =
        (const struct sev_packet_header *)command->data[TRANSFER_HEADER_BUFFER].bytes;
    const struct command_data *data = &command->data[TRANSFER_DATA_BUFFER];
    const struct sev_transport_keys *keys = &command->guest->keys;
    const struct packet packet = packet_of(command, context, measure);
    const enum sev_status status = packet_check(keys->tik, header, &packet);

    if (status == SEV_STATUS_SUCCESS) {
        crypto_aes128_ctr(keys->tek, header->iv, data->bytes, data->bytes, data->range.length);
    }
    return status;
}

enum sev_status transfer_receive(struct command *command, uint8_t context, const uint8_t *measure)
{
    const enum sev_status status = transfer_unpack(command, context, measure);

    return status == SEV_STATUS_SUCCESS
               ? guest_memory_write(command->guest, &command->data[TRANSFER_GUEST_BUFFER].range,
                                    command->data[TRANSFER_DATA_BUFFER].bytes)
               : status;
}
