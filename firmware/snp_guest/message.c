/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The envelope of guests' messages (message.h): AES-256-GCM under a VMPCK; the sequence number is the
 * nonce, and the header from ALGO on is authenticated.
 */
#include "firmware/snp_guest/message.h"

#include <string.h>

#include "abi/snp_message.h"
#include "crypto/aes.h"
#include "firmware/snp_guest/message_kind.h"

#define AAD_BYTES (sizeof(struct snp_message_header) - SNP_MESSAGE_AAD_OFFSET)

/** The request, decrypted. */
static _Alignas(8) uint8_t plaintext[SNP_MESSAGE_PAYLOAD_MAX];

/** @return the kind of message that a header announces, or NULL if a field of it is wrong */
static const struct message_kind *read_header(const struct snp_message_header *header)
{
    const struct message_kind *kind = message_find(header->type, header->version);
    const bool is_sound = header->algorithm == SNP_MESSAGE_AES_256_GCM &&
                          header->header_version == SNP_MESSAGE_HEADER_VERSION &&
                          header->header_size == sizeof *header && header->vmpck < SNP_VMPCKS &&
                          header->reserved_28 == 0 && header->reserved_38 == 0 &&
                          message_is_zero(&header->tag[CRYPTO_GCM_TAG_BYTES],
                                          sizeof header->tag - CRYPTO_GCM_TAG_BYTES) &&
                          message_is_zero(header->reserved_3d, sizeof header->reserved_3d);

    return kind != NULL && is_sound && header->size == kind->request_bytes ? kind : NULL;
}

static void make_nonce(uint64_t sequence, uint8_t nonce[CRYPTO_GCM_NONCE_BYTES])
{
    memset(nonce, 0, CRYPTO_GCM_NONCE_BYTES);
    memcpy(nonce, &sequence, sizeof sequence);
}

/** Decrypts a request's payload. @return false when the tag does not fit */
static bool open_request(const uint8_t key[SNP_KEY_BYTES], const struct snp_message_header *header)
{
    const uint8_t *bytes = (const uint8_t *)header;
    uint8_t nonce[CRYPTO_GCM_NONCE_BYTES];

    make_nonce(header->sequence, nonce);
    return crypto_aes256_gcm_open(key, nonce, &bytes[SNP_MESSAGE_AAD_OFFSET], AAD_BYTES,
                                  &bytes[sizeof *header], plaintext, header->size, header->tag);
}

/** Encrypts a response's payload in its place, and completes the header. */
static void seal_response(const uint8_t key[SNP_KEY_BYTES], struct snp_message_header *header)
{
    uint8_t *bytes = (uint8_t *)header;
    uint8_t nonce[CRYPTO_GCM_NONCE_BYTES];

    make_nonce(header->sequence, nonce);
    crypto_aes256_gcm_seal(key, nonce, &bytes[SNP_MESSAGE_AAD_OFFSET], AAD_BYTES,
                           &bytes[sizeof *header], &bytes[sizeof *header], header->size,
                           header->tag);
}

/** Answers the request in PLAINTEXT: writes the whole response, header included, but for its tag. */
static void answer(struct snp_guest *guest, const struct message_kind *kind,
                   const struct snp_message_header *header, uint8_t response[SNP_PAGE_BYTES])
{
    uint8_t *payload = &response[sizeof *header];
    struct message message = {
        .guest = guest,
        .vmpl = header->vmpck,
        .version = header->version,
        .request = plaintext,
        .response = payload,
    };
    uint32_t status;

    memset(response, 0, SNP_PAGE_BYTES);
    status = (uint32_t)kind->answer(&message);
    if (status != SEV_STATUS_SUCCESS) {
        crypto_wipe(payload, kind->response_bytes);
    }
    memcpy(payload, &status, sizeof status);
    *(struct snp_message_header *)response = (struct snp_message_header){
        .sequence = header->sequence + 1u,
        .algorithm = SNP_MESSAGE_AES_256_GCM,
        .header_version = SNP_MESSAGE_HEADER_VERSION,
        .header_size = sizeof *header,
        .type = (uint8_t)(kind->type + 1u),
        .version = kind->version,
        .size = kind->response_bytes,
        .vmpck = header->vmpck,
    };
}

enum sev_status message_exchange(struct snp_guest *guest, const uint8_t request[SNP_PAGE_BYTES],
                                 uint8_t response[SNP_PAGE_BYTES])
{
    const struct snp_message_header *header = (const struct snp_message_header *)request;
    const struct message_kind *kind = read_header(header);
    uint8_t key[SNP_KEY_BYTES];
    uint64_t *count;
    bool is_genuine;

    if (kind == NULL) {
        return SEV_STATUS_INVALID_PARAM;
    }
    count = &guest->message_count[header->vmpck];
    if (*count > UINT64_MAX - 2u) {
        return SEV_STATUS_AEAD_OFLOW;
    }
    if (header->sequence != *count + 1u) {
        return SEV_STATUS_INVALID_PARAM;
    }
    memcpy(key, guest->vmpck[header->vmpck], sizeof key);
    is_genuine = open_request(key, header);
    if (is_genuine) {
        /* Before the answer: a guest that absorbs a context gets the counters of that one. */
        *count += 2u;
        answer(guest, kind, header, response);
        seal_response(key, (struct snp_message_header *)response);
    }
    crypto_wipe(plaintext, sizeof plaintext);
    crypto_wipe(key, sizeof key);
    return is_genuine ? SEV_STATUS_SUCCESS : SEV_STATUS_BAD_MEASUREMENT;
}
