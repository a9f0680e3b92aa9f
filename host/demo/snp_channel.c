/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's end of its channel to the firmware (snp_channel.h).
 */
#include "host/demo/snp_channel.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#define IV_BYTES 12
#define TAG_BYTES 16

struct sealed {
    struct snp_message_header header;
    uint8_t payload[SNP_MESSAGE_PAYLOAD_MAX];
} ABI_PACKED;
_Static_assert(sizeof(struct sealed) == SNP_PAGE_BYTES, "a message is a page");

static uint8_t version_of(const struct snp_channel *channel)
{
    return channel->version != 0 ? channel->version : 1;
}

/* Starts a cipher with key, sequence number and the authenticated part of the header. */
static EVP_CIPHER_CTX *start(const struct snp_channel *channel,
                             const struct snp_message_header *header, int encrypts)
{
    uint8_t iv[IV_BYTES] = {0};
    int done = 0;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    for (size_t i = 0; i < sizeof header->sequence; i++) {
        iv[i] = (uint8_t)(header->sequence >> (8 * i));
    }
    if (cipher != NULL &&
        (EVP_CipherInit_ex(cipher, EVP_aes_256_gcm(), NULL, channel->key, iv, encrypts) != 1 ||
         EVP_CipherUpdate(cipher, NULL, &done, (const uint8_t *)header + SNP_MESSAGE_AAD_OFFSET,
                          (int)(sizeof *header - SNP_MESSAGE_AAD_OFFSET)) != 1)) {
        EVP_CIPHER_CTX_free(cipher);
        cipher = NULL;
    }
    return cipher;
}

bool snp_channel_seal(const struct snp_channel *channel, enum snp_message_type type,
                      const void *payload, size_t length, uint8_t page[SNP_PAGE_BYTES])
{
    struct sealed message = {
        .header = {.sequence = channel->count + 1,
                   .algorithm = SNP_MESSAGE_AES_256_GCM,
                   .header_version = SNP_MESSAGE_HEADER_VERSION,
                   .header_size = sizeof(struct snp_message_header),
                   .type = (uint8_t)type,
                   .version = version_of(channel),
                   .vmpck = channel->vmpck,
                   .size = (uint16_t)length},
    };
    int done = 0;
    if (length > sizeof message.payload) {
        return false;
    }
    EVP_CIPHER_CTX *cipher = start(channel, &message.header, 1);
    const bool sealed =
        cipher != NULL &&
        EVP_CipherUpdate(cipher, message.payload, &done, payload, (int)length) == 1 &&
        EVP_CipherFinal_ex(cipher, message.payload + done, &done) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, message.header.tag) == 1;
    EVP_CIPHER_CTX_free(cipher);
    memcpy(page, &message, sizeof message);
    return sealed;
}

bool snp_channel_open_any(struct snp_channel *channel, enum snp_message_type type,
                          const uint8_t page[SNP_PAGE_BYTES],
                          uint8_t payload[SNP_MESSAGE_PAYLOAD_MAX], size_t *length)
{
    struct sealed message;
    int done = 0;
    memcpy(&message, page, sizeof message);
    const struct snp_message_header *header = &message.header;
    if (header->algorithm != SNP_MESSAGE_AES_256_GCM || header->sequence != channel->count + 2 ||
        header->type != type + 1 || header->version != version_of(channel) ||
        header->vmpck != channel->vmpck || header->size > sizeof message.payload) {
        return false;
    }
    EVP_CIPHER_CTX *cipher = start(channel, header, 0);
    const bool genuine =
        cipher != NULL &&
        EVP_CipherUpdate(cipher, payload, &done, message.payload, header->size) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, message.header.tag) == 1 &&
        EVP_CipherFinal_ex(cipher, payload + done, &done) == 1;
    EVP_CIPHER_CTX_free(cipher);
    channel->count += genuine ? 2 : 0;
    *length = header->size;
    return genuine;
}

bool snp_channel_open(struct snp_channel *channel, enum snp_message_type type,
                      const uint8_t page[SNP_PAGE_BYTES], void *payload, size_t length)
{
    struct snp_message_header header;
    uint8_t bytes[SNP_MESSAGE_PAYLOAD_MAX];
    size_t received = 0;
    memcpy(&header, page, sizeof header);
    const bool genuine =
        header.size == length && snp_channel_open_any(channel, type, page, bytes, &received);
    if (genuine) {
        memcpy(payload, bytes, length);
    }
    OPENSSL_cleanse(bytes, sizeof bytes);
    return genuine;
}
