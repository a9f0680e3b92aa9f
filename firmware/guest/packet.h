/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets of LAUNCH_UPDATE_SECRET, SEND_UPDATE_* and RECEIVE_UPDATE_* (sections 7.6, 7.8): data
 * under the TEK, authenticated with the TIK together with its purpose and lengths.
 */
#ifndef FIRMWARE_GUEST_PACKET_H
#define FIRMWARE_GUEST_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/sev_data.h"
#include "abi/sev_status.h"
#include "crypto/hmac.h"
#include "crypto/secret.h"

/** What a packet's MAC covers besides its header's flags and IV. */
struct packet {
    uint8_t context;        /**< SEV_MAC_CONTEXT_*. */
    uint32_t guest_length;  /**< In bytes. */
    uint32_t trans_length;  /**< In bytes, of DATA. */
    const uint8_t *data;    /**< Ciphertext. */
    const uint8_t *measure; /**< 32 bytes for a launch secret, else NULL. */
};

/** Computes the MAC that belongs into the header. */
void packet_mac(const uint8_t tik[SEV_KEY_BYTES], const struct sev_packet_header *header,
                const struct packet *packet, uint8_t mac[SEV_MAC_BYTES]);

/**
 * Begins the MAC of a packet: what follows is its data, and then packet_mac_finish().
 *
 * @param packet        its data is not looked at
 * @param[out] running  the MAC so far
 */
void packet_mac_start(const uint8_t tik[SEV_KEY_BYTES], const struct sev_packet_header *header,
                      const struct packet *packet, struct crypto_hmac *running);

/** Ends the MAC of a packet; wipes @p running. */
void packet_mac_finish(const struct packet *packet, struct crypto_hmac *running,
                       uint8_t mac[SEV_MAC_BYTES]);

/** @return SUCCESS; INVALID_PARAM for reserved flags; UNSUPPORTED for compressed data */
CRYPTO_CHECKED enum sev_status packet_check_flags(const struct sev_packet_header *header);

/**
 * Compares a MAC with the header's.
 *
 * @param[in,out] mac  as computed; wiped, since it would make a forged packet a valid one
 * @return SUCCESS, or BAD_MEASUREMENT
 */
CRYPTO_CHECKED enum sev_status packet_check_mac(const struct sev_packet_header *header,
                                                uint8_t mac[SEV_MAC_BYTES]);

/**
 * Checks flags and MAC of a packet from outside.
 *
 * @return SUCCESS; INVALID_PARAM for reserved flags; UNSUPPORTED for compressed data;
 *         BAD_MEASUREMENT when the MAC does not verify
 */
CRYPTO_CHECKED enum sev_status packet_check(const uint8_t tik[SEV_KEY_BYTES],
                                            const struct sev_packet_header *header,
                                            const struct packet *packet);

#endif
