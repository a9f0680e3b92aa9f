/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arithmetic of a transport session and its messages, with OpenSSL: key derivation, wrapping,
 * MACs. SEV firmware API, "Cryptographic protocols"; layouts in abi/sev_data.h.
 */
#ifndef HOST_LIB_SESSION_H
#define HOST_LIB_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/sev_data.h"

/** All keys of one session. */
struct session_keys {
    uint8_t master[SEV_KEY_BYTES];
    uint8_t kek[SEV_KEY_BYTES]; /**< Wraps the transport keys. */
    uint8_t kik[SEV_KEY_BYTES]; /**< Authenticates the wrapped transport keys. */
};

/**
 * Key derivation in counter mode (SP 800-108) with HMAC-SHA-256; counter and length little-endian.
 *
 * @param key, key_length          derivation key
 * @param label                    NUL-terminated; the NUL is not part of it
 * @param context, context_length  may be NULL, 0
 * @param[out] output              SEV_KEY_BYTES
 */
bool session_derive(const void *key, size_t key_length, const char *label, const void *context,
                    size_t context_length, uint8_t output[SEV_KEY_BYTES])
    __attribute__((warn_unused_result));

/**
 * @param secret, length  the Diffie-Hellman secret
 * @param nonce           chosen by the originator of the session
 * @param[out] keys       the keys both ends derive
 */
bool session_derive_keys(const void *secret, size_t length, const uint8_t nonce[SEV_NONCE_BYTES],
                         struct session_keys *keys) __attribute__((warn_unused_result));

/**
 * Fills in a session of which NONCE and WRAP_IV are given.
 *
 * @param keys             from session_derive_keys()
 * @param transport        what to wrap
 * @param policy           guest policy
 * @param[in,out] session  the rest is computed
 */
bool session_wrap(const struct session_keys *keys, const struct sev_transport_keys *transport,
                  uint32_t policy, struct sev_session *session) __attribute__((warn_unused_result));

/** What LAUNCH_MEASURE computes. @param[out] measure  SEV_MAC_BYTES */
bool session_measure(const uint8_t tik[SEV_KEY_BYTES],
                     const struct sev_measurement_message *message, uint8_t measure[SEV_MAC_BYTES])
    __attribute__((warn_unused_result));

/**
 * MAC of a packet.
 *
 * @param context        SEV_MAC_CONTEXT_*
 * @param header         FLAGS and IV are used
 * @param data, length   ciphertext
 * @param measure        the launch measurement, or NULL for packets that do not bind it
 * @param[out] mac       SEV_MAC_BYTES
 */
bool session_packet_mac(const uint8_t tik[SEV_KEY_BYTES], uint8_t context,
                        const struct sev_packet_header *header, const void *data, uint32_t length,
                        const uint8_t *measure, uint8_t mac[SEV_MAC_BYTES])
    __attribute__((warn_unused_result));

/** AES-128-CTR with a big-endian counter, from @p input to @p output; both may be the same. */
bool session_crypt(const uint8_t key[SEV_KEY_BYTES], const uint8_t iv[16], const void *input,
                   void *output, size_t length) __attribute__((warn_unused_result));

#endif
