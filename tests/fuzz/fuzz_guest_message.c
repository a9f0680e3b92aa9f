/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes what an SEV-SNP guest can send (SNP_GUEST_REQUEST): a header and a payload under a key that
 * the firmware accepts, and what becomes of a message on its way.
 *
 * It is a fault when a message that was changed is answered, when one is answered twice, when a refused
 * one costs a sequence number, or when the answer is none that the guest could open.
 */
#include <stddef.h>
#include <string.h>

#include "abi/snp_command_id.h"
#include "crypto/aes.h"
#include "firmware/snp_guest/message_kind.h"

#include "tests/fuzz/snp_machine.h"

#define MESSAGES_MAX 6u
#define REQUEST SNP_MACHINE_PAGE(8)
#define RESPONSE SNP_MACHINE_PAGE(9)
#define AAD_BYTES (sizeof(struct snp_message_header) - SNP_MESSAGE_AAD_OFFSET)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    struct snp_message_header header;
    uint8_t payload[SNP_MESSAGE_PAYLOAD_MAX];
} message;

static void make_nonce(uint64_t sequence, uint8_t nonce[CRYPTO_GCM_NONCE_BYTES])
{
    memset(nonce, 0, CRYPTO_GCM_NONCE_BYTES);
    memcpy(nonce, &sequence, sizeof sequence);
}

/** A header: mostly that of a message that exists. @return false when it is not */
static bool choose_header(struct input *input, const struct snp_guest *guest)
{
    static const uint8_t kinds[][2] = {
        {SNP_MESSAGE_REPORT, 1},   {SNP_MESSAGE_KEY, 1},    {SNP_MESSAGE_KEY, 2},
        {SNP_MESSAGE_CPUID, 1},    {SNP_MESSAGE_EXPORT, 1}, {SNP_MESSAGE_IMPORT, 1},
        {SNP_MESSAGE_ABSORB, 1},   {SNP_MESSAGE_VMRK, 1},   {SNP_MESSAGE_ABSORB_NOMA, 1},
        {SNP_MESSAGE_TSC_INFO, 1},
    };
    const uint8_t *chosen = kinds[input_below(input, sizeof kinds / sizeof kinds[0])];
    const struct message_kind *kind = message_find(chosen[0], chosen[1]);

    message.header = (struct snp_message_header){
        .algorithm = SNP_MESSAGE_AES_256_GCM,
        .header_version = SNP_MESSAGE_HEADER_VERSION,
        .header_size = sizeof message.header,
        .type = kind->type,
        .version = kind->version,
        .size = kind->request_bytes,
        .vmpck = (uint8_t)input_below(input, SNP_VMPCKS),
    };
    message.header.sequence = guest->message_count[message.header.vmpck] + 1u;
    if ((input_u8(input) & 7u) == 7) { /* Some field is something else. */
        ((uint8_t *)&message.header)[input_u8(input) % sizeof message.header] = input_u8(input);
        return false;
    }
    return true;
}

/** A payload: zeros, words that mean something, and bytes of the input. */
static void choose_payload(struct input *input)
{
    static const uint64_t words[] = {
        SNP_MACHINE_PAGE(0), SNP_MACHINE_PAGE(1), 0x300, 0x200000300, 0x3F, UINT64_MAX};

    memset(message.payload, 0, sizeof message.payload);
    input_bytes(input, message.payload, input_below(input, 0x80));
    for (uint32_t changes = input_below(input, 8); changes != 0; changes--) {
        const uint32_t place = input_u8(input) * 8u % (sizeof message.payload - 8u);
        const uint8_t which = input_u8(input);

        if (which < sizeof words / sizeof words[0]) {
            memcpy(&message.payload[place], &words[which], sizeof words[which]);
        } else {
            message.payload[place + which % 8u] = input_u8(input);
        }
    }
}

static const uint8_t *key_of(const struct snp_guest *guest)
{
    return guest->vmpck[message.header.vmpck % SNP_VMPCKS];
}

static void seal(const struct snp_guest *guest)
{
    const uint8_t *bytes = (const uint8_t *)&message.header;
    uint8_t nonce[CRYPTO_GCM_NONCE_BYTES];
    const uint32_t size =
        message.header.size < sizeof message.payload ? message.header.size : sizeof message.payload;

    make_nonce(message.header.sequence, nonce);
    crypto_aes256_gcm_seal(key_of(guest), nonce, &bytes[SNP_MESSAGE_AAD_OFFSET], AAD_BYTES,
                           message.payload, message.payload, size, message.header.tag);
}

/** The response as the guest opens it, under the key that it had when it asked. */
static void check_response(const uint8_t key[SNP_KEY_BYTES])
{
    struct snp_message_header *header = (void *)snp_machine_memory(RESPONSE);
    const uint8_t *bytes = (const uint8_t *)header;
    static uint8_t payload[SNP_PAGE_BYTES];
    uint8_t nonce[CRYPTO_GCM_NONCE_BYTES];

    snp_machine_require(header->sequence == message.header.sequence + 1u &&
                        header->type == message.header.type + 1u &&
                        header->size <= SNP_MESSAGE_PAYLOAD_MAX);
    make_nonce(header->sequence, nonce);
    snp_machine_require(crypto_aes256_gcm_open(key, nonce, &bytes[SNP_MESSAGE_AAD_OFFSET],
                                               AAD_BYTES, &bytes[sizeof *header], payload,
                                               header->size, header->tag));
}

static enum sev_status send(uint32_t index)
{
    const struct snp_guest_request request = {.gctx_paddr = SNP_MACHINE_PAGE(index),
                                              .request_paddr = REQUEST,
                                              .response_paddr = RESPONSE};

    memcpy(snp_machine_memory(REQUEST), &message, SNP_PAGE_BYTES);
    return snp_machine_command(SNP_COMMAND_GUEST_REQUEST, &request, sizeof request);
}

static void exchange(struct input *input, uint32_t index)
{
    uint64_t counts[SNP_VMPCKS];
    uint8_t key[SNP_KEY_BYTES];
    bool changed = false;
    enum sev_status status;

    const bool is_usual = choose_header(input, snp_machine_guest(index));

    choose_payload(input);
    seal(snp_machine_guest(index));
    memcpy(key, key_of(snp_machine_guest(index)), sizeof key);
    memcpy(counts, snp_machine_guest(index)->message_count, sizeof counts);
    if (is_usual &&
        (input_u8(input) & 7u) == 7) { /* On its way: header and payload, as far as they go. */
        const uint32_t place = input_u32(input) % (sizeof message.header + message.header.size);
        const uint8_t change = input_u8(input);

        if (place < sizeof message) {
            ((uint8_t *)&message)[place] ^= change;
            changed = change != 0;
        }
    }
    status = send(index);
    snp_machine_require(!(changed && status == SEV_STATUS_SUCCESS));
    if (status == SEV_STATUS_SUCCESS) {
        check_response(key);
        snp_machine_require(send(index) != SEV_STATUS_SUCCESS ||
                            message.header.type == SNP_MESSAGE_ABSORB ||
                            message.header.type == SNP_MESSAGE_ABSORB_NOMA);
    } else {
        snp_machine_require(
            memcmp(counts, snp_machine_guest(index)->message_count, sizeof counts) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {.data = data, .left = size};

    snp_machine_reset();
    snp_machine_make_guests();
    snp_machine_guest(1)->state = SNP_GUEST_RUNNING;
    snp_machine_become(RESPONSE, RMP_FIRMWARE, RMP_4K, 0);
    if (input_below(&input, 2) != 0) { /* The first guest is the second one's agent. */
        snp_machine_guest(1)->agent.paddr = SNP_MACHINE_PAGE(0);
        snp_machine_guest(1)->agent.id = snp_machine_guest(0)->id;
        snp_machine_guest(1)->state = (uint8_t)input_below(&input, 3);
    }
    for (uint32_t i = 0; i < MESSAGES_MAX && !input_is_empty(&input); i++) {
        const uint32_t index = input_below(&input, SNP_MACHINE_GUESTS);

        if (snp_machine_guest(index)->state == SNP_GUEST_RUNNING) {
            exchange(&input, index);
        }
    }
    snp_machine_check_counts();
    return 0;
}
