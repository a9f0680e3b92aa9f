/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packet authentication (packet.h).
 */
#include "firmware/guest/packet.h"

#include "crypto/hmac.h"

void packet_mac(const uint8_t tik[SEV_KEY_BYTES], const struct sev_packet_header *header,
                const struct packet *packet, uint8_t mac[SEV_MAC_BYTES])
{
    const struct crypto_piece pieces[] = {
        {&packet->context, sizeof packet->context},
        {&header->flags, sizeof header->flags},
        {header->iv, sizeof header->iv},
        {&packet->guest_length, sizeof packet->guest_length},
        {&packet->trans_length, sizeof packet->trans_length},
        {packet->data, packet->trans_length},
        {packet->measure, packet->measure == NULL ? 0 : SEV_MAC_BYTES},
    };

    crypto_hmac_sha256(tik, SEV_KEY_BYTES, pieces, sizeof pieces / sizeof pieces[0], mac);
}

enum sev_status packet_check(const uint8_t tik[SEV_KEY_BYTES],
                             const struct sev_packet_header *header, const struct packet *packet)
{
    uint8_t mac[SEV_MAC_BYTES];
    bool fits;

    if ((header->flags & ~SEV_PACKET_FLAG_COMPRESSED) != 0) {
        return SEV_STATUS_INVALID_PARAM;
    }
    if ((header->flags & SEV_PACKET_FLAG_COMPRESSED) != 0) {
        return SEV_STATUS_UNSUPPORTED;
    }
    packet_mac(tik, header, packet, mac);
    fits = crypto_equal(mac, header->mac, sizeof mac);
    crypto_wipe(mac, sizeof mac);
    return fits ? SEV_STATUS_SUCCESS : SEV_STATUS_BAD_MEASUREMENT;
}
