/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages between guest and firmware (guest_message.h).
 */
#include "tests/snp/guest_message.h"

#include <string.h>

#include "tests/snp/bytes.h"
#include "tests/snp/gcm.h"

#define AT_TAG 0x00u
#define AT_TAG_RESERVED 0x10u
#define AT_SEQUENCE 0x20u
#define AT_RESERVED_28 0x28u
#define AT_ALGORITHM 0x30u
#define AT_HEADER_VERSION 0x31u
#define AT_HEADER_SIZE 0x32u
#define AT_TYPE 0x34u
#define AT_VERSION 0x35u
#define AT_SIZE 0x36u
#define AT_RESERVED_38 0x38u
#define AT_KEY_ID 0x3Cu
#define AT_RESERVED_3D 0x3Du
#define AT_AAD AT_ALGORITHM
#define AT_PAYLOAD WITNESS_MESSAGE_HEADER_BYTES

#define ALGORITHM_AES_256_GCM 1u
#define HEADER_VERSION 1u

struct witness_message witness_message_make(uint8_t type, uint8_t version, uint16_t size)
{
    return (struct witness_message){
        .algorithm = ALGORITHM_AES_256_GCM,
        .header_version = HEADER_VERSION,
        .header_size = WITNESS_MESSAGE_HEADER_BYTES,
        .type = type,
        .version = version,
        .size = size,
    };
}

static struct witness_gcm cipher_of(const uint8_t *key, const uint8_t *page)
{
    struct witness_gcm gcm = {
        .key = key,
        .aad = page + AT_AAD,
        .aad_length = AT_PAYLOAD - AT_AAD,
    };

    witness_gcm_count(witness_load64(page + AT_SEQUENCE), gcm.iv);
    return gcm;
}

void witness_message_seal(const uint8_t key[32], const struct witness_message *message,
                          const uint8_t *payload, uint8_t page[WITNESS_MESSAGE_PAGE_BYTES])
{
    witness_need(message->size <= WITNESS_MESSAGE_PAYLOAD_MAX);
    memset(page, 0, WITNESS_MESSAGE_PAGE_BYTES);
    witness_store64(page + AT_SEQUENCE, message->sequence);
    page[AT_ALGORITHM] = message->algorithm;
    page[AT_HEADER_VERSION] = message->header_version;
    witness_store16(page + AT_HEADER_SIZE, message->header_size);
    page[AT_TYPE] = message->type;
    page[AT_VERSION] = message->version;
    witness_store16(page + AT_SIZE, message->size);
    witness_store32(page + AT_RESERVED_38, message->reserved_38);
    page[AT_KEY_ID] = message->key_id;
    page[AT_RESERVED_3D] = message->reserved_3d;

    const struct witness_gcm gcm = cipher_of(key, page);
    witness_gcm_seal(&gcm, payload, page + AT_PAYLOAD, message->size, page + AT_TAG);
}

static const char *check_header(const uint8_t *page, const struct witness_message *message)
{
    if (message->algorithm != ALGORITHM_AES_256_GCM) {
        return "algorithm of the message";
    }
    if (message->header_version != HEADER_VERSION ||
        message->header_size != WITNESS_MESSAGE_HEADER_BYTES) {
        return "version or size of the message's header";
    }
    if (message->size > WITNESS_MESSAGE_PAYLOAD_MAX) {
        return "size of the message";
    }
    if (message->key_id > 3) {
        return "key of the message";
    }
    if (!witness_is_zero(page + AT_TAG_RESERVED, AT_SEQUENCE - AT_TAG_RESERVED) ||
        !witness_is_zero(page + AT_RESERVED_28, AT_ALGORITHM - AT_RESERVED_28) ||
        message->reserved_38 != 0 ||
        !witness_is_zero(page + AT_RESERVED_3D, AT_PAYLOAD - AT_RESERVED_3D)) {
        return "reserved bytes of the message's header";
    }
    return NULL;
}

const char *witness_message_open(const uint8_t key[32],
                                 const uint8_t page[WITNESS_MESSAGE_PAGE_BYTES],
                                 struct witness_message *message, uint8_t *payload)
{
    *message = (struct witness_message){
        .sequence = witness_load64(page + AT_SEQUENCE),
        .algorithm = page[AT_ALGORITHM],
        .header_version = page[AT_HEADER_VERSION],
        .header_size = witness_load16(page + AT_HEADER_SIZE),
        .type = page[AT_TYPE],
        .version = page[AT_VERSION],
        .size = witness_load16(page + AT_SIZE),
        .key_id = page[AT_KEY_ID],
        .reserved_38 = witness_load32(page + AT_RESERVED_38),
        .reserved_3d = page[AT_RESERVED_3D],
    };
    const char *fault = check_header(page, message);
    if (fault != NULL) {
        return fault;
    }
    const struct witness_gcm gcm = cipher_of(key, page);
    return witness_gcm_open(&gcm, page + AT_PAYLOAD, payload, message->size, page + AT_TAG)
               ? NULL
               : "tag of the message";
}

void witness_request(struct witness_channel *channel, uint8_t type, uint8_t version,
                     const uint8_t *payload, uint16_t size,
                     uint8_t page[WITNESS_MESSAGE_PAGE_BYTES])
{
    struct witness_message message = witness_message_make(type, version, size);

    message.sequence = channel->count + 1;
    message.key_id = channel->key_id;
    channel->type = type;
    channel->version = version;
    witness_message_seal(channel->vmpck, &message, payload, page);
}

const char *witness_response(struct witness_channel *channel,
                             const uint8_t page[WITNESS_MESSAGE_PAGE_BYTES], uint8_t *payload,
                             uint16_t size)
{
    struct witness_message message;
    uint8_t opened[WITNESS_MESSAGE_PAYLOAD_MAX];
    const char *fault = witness_message_open(channel->vmpck, page, &message, opened);

    if (fault != NULL) {
        return fault;
    }
    if (message.sequence != channel->count + 2) {
        return "sequence number of the response";
    }
    if (message.type != channel->type + 1 || message.version != channel->version) {
        return "type or version of the response";
    }
    if (message.key_id != channel->key_id) {
        return "key of the response";
    }
    if (message.size != size) {
        return "size of the response";
    }
    memcpy(payload, opened, size);
    channel->count += 2;
    return NULL;
}
