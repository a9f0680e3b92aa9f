/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moving guest pages in packets (transfer.h).
 */
#include "firmware/guest/transfer.h"

#include "crypto/aes.h"
#include "crypto/random.h"
#include "crypto/transport.h"
#include "firmware/guest/packet.h"
#include "firmware/memctl.h"

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

enum sev_status transfer_unpack(struct command *command, uint8_t context)
{
    const struct sev_packet_header *header =
        (const struct sev_packet_header *)command->data[TRANSFER_HEADER_BUFFER].bytes;
    const struct command_data *data = &command->data[TRANSFER_DATA_BUFFER];
    const struct sev_transport_keys *keys = &command->guest->keys;
    const struct packet packet = packet_of(command, context, NULL);
    const enum sev_status status = packet_check(keys->tik, header, &packet);

    if (status == SEV_STATUS_SUCCESS) {
        crypto_aes128_ctr(keys->tek, header->iv, data->bytes, data->bytes, data->range.length);
    }
    return status;
}

/** Where the command's guest data is, and its keys. */
static struct crypto_transport transport_of(const struct command *command,
                                            struct crypto_memory_key *key)
{
    const struct sev_packet_header *header =
        (const struct sev_packet_header *)command->data[TRANSFER_HEADER_BUFFER].bytes;

    memctl_expand_key(command->guest->vek, key);
    return (struct crypto_transport){
        .memory_key = key,
        .paddr = command->data[TRANSFER_GUEST_BUFFER].range.paddr,
        .key = command->guest->keys.tek,
        .iv = header->iv,
    };
}

enum sev_status transfer_send(struct command *command, uint8_t context)
{
    struct sev_packet_header *header =
        (struct sev_packet_header *)command->data[TRANSFER_HEADER_BUFFER].bytes;
    const struct hostmem_range *region = &command->data[TRANSFER_GUEST_BUFFER].range;
    uint8_t *const bytes = command->data[TRANSFER_DATA_BUFFER].bytes;
    const struct packet packet = packet_of(command, context, NULL);
    const enum sev_status status = hostmem_copy_in_ciphertext(region, 0, bytes, region->length);
    struct crypto_memory_key key;
    struct crypto_transport transport;
    struct crypto_hmac running;

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!crypto_random(header->iv, sizeof header->iv)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    header->flags = 0;
    transport = transport_of(command, &key);
    packet_mac_start(command->guest->keys.tik, header, &packet, &running);
    crypto_transport_seal(&transport, bytes, region->length, &running);
    packet_mac_finish(&packet, &running, header->mac);
    crypto_wipe(&key, sizeof key);
    return SEV_STATUS_SUCCESS;
}

enum sev_status transfer_receive(struct command *command, uint8_t context, const uint8_t *measure)
{
    const struct sev_packet_header *header =
        (const struct sev_packet_header *)command->data[TRANSFER_HEADER_BUFFER].bytes;
    const struct hostmem_range *region = &command->data[TRANSFER_GUEST_BUFFER].range;
    uint8_t *const bytes = command->data[TRANSFER_DATA_BUFFER].bytes;
    const struct packet packet = packet_of(command, context, measure);
    enum sev_status status = packet_check_flags(header);
    struct crypto_memory_key key;
    struct crypto_transport transport;
    struct crypto_hmac running;
    uint8_t mac[SEV_MAC_BYTES];

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    transport = transport_of(command, &key);
    packet_mac_start(command->guest->keys.tik, header, &packet, &running);
    crypto_transport_open(&transport, bytes, region->length, &running);
    packet_mac_finish(&packet, &running, mac);
    crypto_wipe(&key, sizeof key);
    status = packet_check_mac(header, mac);
    if (status != SEV_STATUS_SUCCESS) {
        crypto_wipe(bytes, region->length);
        return status;
    }
    return hostmem_copy_out_ciphertext(region, 0, bytes, region->length);
}
