/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packet authentication (packet.h).
 */
#include "firmware/guest/packet.h"

void packet_mac_start(const uint8_t tik[SEV_KEY_BYTES], const struct sev_packet_header *header,
                      const struct packet *packet, struct crypto_hmac *running)
{
    const struct crypto_piece pieces[] = {
        {&packet->context, sizeof packet->context},
        {&header->flags, sizeof header->flags},
        {header->iv, sizeof header->iv},
        {&packet->guest_length, sizeof packet->guest_length},
        {&packet->trans_length, sizeof packet->trans_length},
    };

    crypto_hmac_start(running, tik, SEV_KEY_BYTES);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        crypto_hmac_update(running, pieces[i].data, pieces[i].length);
    }
}

void packet_mac_finish(const struct packet *packet, struct crypto_hmac *running,
                       uint8_t mac[SEV_MAC_BYTES])
{
    crypto_hmac_update(running, packet->measure, packet->measure == NULL ? 0 : SEV_MAC_BYTES);
    crypto_hmac_finish(running, mac);
}

void packet_mac(const uint8_t tik[SEV_KEY_BYTES], const struct sev_packet_header *header,
                const struct packet *packet, uint8_t mac[SEV_MAC_BYTES])
{
    struct crypto_hmac running;

    packet_mac_start(tik, header, packet, &running);
    crypto_hmac_update(&running, packet->data, packet->trans_length);
    packet_mac_finish(packet, &running, mac);
}

enum sev_status packet_check_flags(const struct sev_packet_header *header)
{
    if ((header->flags & ~SEV_PACKET_FLAG_COMPRESSED) != 0) {
        return SEV_STATUS_INVALID_PARAM;
    }
    if ((header->flags & SEV_PACKET_FLAG_COMPRESSED) != 0) {
        return SEV_STATUS_UNSUPPORTED;
    }
    return SEV_STATUS_SUCCESS;
}

enum sev_status packet_check_mac(const struct sev_packet_header *header, uint8_t mac[SEV_MAC_BYTES])
{
    const bool fits = crypto_equal(mac, header->mac, SEV_MAC_BYTES);

    crypto_wipe(mac, SEV_MAC_BYTES);
    return fits ? SEV_STATUS_SUCCESS : SEV_STATUS_BAD_MEASUREMENT;
}

enum sev_status packet_check(const uint8_t tik[SEV_KEY_BYTES],
                             const struct sev_packet_header *header, const struct packet *packet)
{
    const enum sev_status status = packet_check_flags(header);
    uint8_t mac[SEV_MAC_BYTES];

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    packet_mac(tik, header, packet, mac);
    return packet_check_mac(header, mac);
}
