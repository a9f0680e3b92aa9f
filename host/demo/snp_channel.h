/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's end of its channel to the firmware: messages in AES-256-GCM under a VMPCK, counted. Written
 * from the description of the messages (docs/snp.md, 6) with OpenSSL.
 */
#ifndef HOST_DEMO_SNP_CHANNEL_H
#define HOST_DEMO_SNP_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/snp_message.h"

struct snp_channel {
    uint8_t key[SNP_KEY_BYTES]; /**< A VMPCK. */
    uint8_t vmpck;              /**< Which one, 0 to 3. */
    uint8_t version;            /**< Of requests, 1 or more; 0 stands for 1. */
    uint64_t count;             /**< Of messages so far, answers included. */
};

/**
 * Makes the next request. The channel does not change: a request that failed is made anew.
 *
 * @param payload    @p length bytes, at most SNP_MESSAGE_PAYLOAD_MAX
 * @param[out] page  all of it
 * @return false when OpenSSL fails or the payload is too long
 */
bool snp_channel_seal(const struct snp_channel *channel, enum snp_message_type type,
                      const void *payload, size_t length, uint8_t page[SNP_PAGE_BYTES])
    __attribute__((warn_unused_result));

/**
 * Opens the answer to a request.
 *
 * @param type          of the request
 * @param page          the answer
 * @param[out] payload  exactly @p length bytes
 * @return false when it is not the genuine answer to that request; the channel goes on otherwise
 */
bool snp_channel_open(struct snp_channel *channel, enum snp_message_type type,
                      const uint8_t page[SNP_PAGE_BYTES], void *payload, size_t length)
    __attribute__((warn_unused_result));

/**
 * Opens the answer to a request, of whatever length.
 *
 * @param type          of the request
 * @param page          the answer
 * @param[out] payload  SNP_MESSAGE_PAYLOAD_MAX bytes, of which it fills those of the answer
 * @param[out] length   of the answer
 * @return as snp_channel_open()
 */
bool snp_channel_open_any(struct snp_channel *channel, enum snp_message_type type,
                          const uint8_t page[SNP_PAGE_BYTES],
                          uint8_t payload[SNP_MESSAGE_PAYLOAD_MAX], size_t *length)
    __attribute__((warn_unused_result));

#endif
