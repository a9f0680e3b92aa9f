/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages to the firmware (messages.h), through two shared pages and a GHCB request.
 */
#include "tests/guests/snp/messages.h"

#include "tests/guests/lib/gcm.h"
#include "tests/guests/lib/guest.h"
#include "tests/guests/lib/snp.h"

#define EXIT_GUEST_REQUEST 0x80000011u
#define REQUEST_GPA GUEST_BOUNCE_GPA
#define RESPONSE_GPA (GUEST_BOUNCE_GPA + GUEST_PAGE_BYTES)

struct message {
    struct snp_message_header header;
    uint8_t payload[SNP_MESSAGE_PAYLOAD_MAX];
} ABI_PACKED;

static uint64_t messages;

static struct gcm cipher_of(const struct snp_message_header *header, uint8_t *nonce)
{
    const struct snp_secrets_page *secrets =
        (const struct snp_secrets_page *)(uint64_t)GUEST_SECRETS_GPA;
    memset(nonce, 0, GCM_NONCE_BYTES);
    memcpy(nonce, &header->sequence, sizeof header->sequence);
    return (struct gcm){.key = secrets->vmpck[0],
                        .nonce = nonce,
                        .extra = (const uint8_t *)header + SNP_MESSAGE_AAD_OFFSET,
                        .extra_bytes = sizeof *header - SNP_MESSAGE_AAD_OFFSET};
}

bool messages_ask(enum snp_message_type type, const void *request, uint32_t request_bytes,
                  void *response, uint32_t response_bytes)
{
    static struct message message;
    uint8_t nonce[GCM_NONCE_BYTES];
    struct guest_ghcb_registers registers = {0};
    memset(&message, 0, sizeof message);
    message.header = (struct snp_message_header){.sequence = messages + 1,
                                                 .algorithm = SNP_MESSAGE_AES_256_GCM,
                                                 .header_version = SNP_MESSAGE_HEADER_VERSION,
                                                 .header_size = sizeof message.header,
                                                 .type = (uint8_t)type,
                                                 .version = 1,
                                                 .size = (uint16_t)request_bytes};
    memcpy(message.payload, request, request_bytes);
    struct gcm gcm = cipher_of(&message.header, nonce);
    gcm_seal(&gcm, message.payload, request_bytes, message.header.tag);
    memcpy((void *)(uint64_t)REQUEST_GPA, &message, sizeof message);
    if (!guest_ghcb(EXIT_GUEST_REQUEST, REQUEST_GPA, RESPONSE_GPA, &registers) ||
        registers.info2 != 0) {
        return false;
    }
    /* Copied once: the hypervisor may write it meanwhile. */
    memcpy(&message, (const void *)(uint64_t)RESPONSE_GPA, sizeof message);
    if (message.header.sequence != messages + 2 || message.header.type != type + 1 ||
        message.header.size != response_bytes) {
        return false;
    }
    gcm = cipher_of(&message.header, nonce);
    if (!gcm_open(&gcm, message.payload, response_bytes, message.header.tag)) {
        return false;
    }
    messages += 2;
    memcpy(response, message.payload, response_bytes);
    return true;
}
