/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data that moves between guest memory and a packet: from memory encryption (XTS) to the transport's
 * (AES-128-CTR) and back, while the packet's MAC goes on over what the packet holds. Where there is a
 * cipher engine and many pages, it converts while the CPU hashes.
 */
#ifndef CRYPTO_TRANSPORT_H
#define CRYPTO_TRANSPORT_H

#include <stdint.h>

#include "crypto/hmac.h"
#include "crypto/memory_encryption.h"

/** Where the data is in memory, and the two keys. */
struct crypto_transport {
    const struct crypto_memory_key *memory_key;
    uint64_t paddr;     /**< x86 physical address, a multiple of 16. */
    const uint8_t *key; /**< The transport's, 16 bytes. */
    const uint8_t *iv;  /**< The packet's, 16 bytes. */
};

/**
 * From memory to a packet.
 *
 * @param[in,out] bytes  what stands in memory; then what the packet holds
 * @param length         in bytes, a multiple of 16, not 0
 * @param[in,out] mac    goes on over what the packet holds
 */
void crypto_transport_seal(const struct crypto_transport *transport, uint8_t *bytes,
                           uint32_t length, struct crypto_hmac *mac);

/**
 * From a packet to memory. Nobody has checked yet what the packet holds: the result is to be wiped
 * unless the MAC, when it is finished, is the packet's.
 *
 * @param[in,out] bytes  what the packet holds; then what is to stand in memory
 * @param length         as above
 * @param[in,out] mac    goes on over what the packet holds
 */
void crypto_transport_open(const struct crypto_transport *transport, uint8_t *bytes,
                           uint32_t length, struct crypto_hmac *mac);

#endif
