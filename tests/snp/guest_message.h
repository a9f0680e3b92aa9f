/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages between guest and firmware (section 6): AES-256-GCM under a VMPCK, sequence numbers.
 *
 *     struct witness_channel channel = {.key_id = 0, .vmpck = {...}};
 *     witness_request(&channel, type, 1, payload, size, request_page);
 *     ... SNP_GUEST_REQUEST ...
 *     assert_null(witness_response(&channel, response_page, answer, sizeof answer));
 *
 * A test of what the firmware refuses fills in a struct witness_message with whatever it likes, and
 * witness_message_seal() makes it genuine all the same.
 */
#ifndef TESTS_SNP_GUEST_MESSAGE_H
#define TESTS_SNP_GUEST_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#define WITNESS_MESSAGE_PAGE_BYTES 4096u
#define WITNESS_MESSAGE_HEADER_BYTES 0x60u
#define WITNESS_MESSAGE_PAYLOAD_MAX (WITNESS_MESSAGE_PAGE_BYTES - WITNESS_MESSAGE_HEADER_BYTES)

/** The header but for the tag. */
struct witness_message {
    uint64_t sequence;
    uint8_t algorithm;      /**< 1 = AES-256-GCM */
    uint8_t header_version; /**< 1 */
    uint16_t header_size;   /**< 60h */
    uint8_t type;
    uint8_t version;
    uint16_t size; /**< Of the payload. */
    uint8_t key_id;
    uint32_t reserved_38;
    uint8_t reserved_3d; /**< First of 35 bytes; the others are 0. */
};

/** A header as it should be. */
struct witness_message witness_message_make(uint8_t type, uint8_t version, uint16_t size);

/**
 * Encrypts and authenticates a message, whatever its header says.
 *
 * @param key      the VMPCK, 32 bytes
 * @param payload  @p message->size bytes, at most WITNESS_MESSAGE_PAYLOAD_MAX
 */
void witness_message_seal(const uint8_t key[32], const struct witness_message *message,
                          const uint8_t *payload, uint8_t page[WITNESS_MESSAGE_PAGE_BYTES]);

/**
 * Opens a message: the header must be as the interface says, its reserved bytes 0.
 *
 * @param[out] payload  room for WITNESS_MESSAGE_PAYLOAD_MAX bytes
 * @return NULL, or what is wrong
 */
const char *witness_message_open(const uint8_t key[32],
                                 const uint8_t page[WITNESS_MESSAGE_PAGE_BYTES],
                                 struct witness_message *message, uint8_t *payload);

/** A guest's end of one VMPCK. */
struct witness_channel {
    uint8_t vmpck[32];
    uint8_t key_id;
    uint64_t count; /**< Messages so far, of both sides: 0 after the launch. */
    uint8_t type;   /**< Of the last request. */
    uint8_t version;
};

/** Makes the next request. The count stays as it is until the response comes. */
void witness_request(struct witness_channel *channel, uint8_t type, uint8_t version,
                     const uint8_t *payload, uint16_t size,
                     uint8_t page[WITNESS_MESSAGE_PAGE_BYTES]);

/**
 * Opens the response to the last request, and counts both.
 *
 * @param[out] payload  @p size bytes
 * @param size          of the payload; a response of another size is a fault
 * @return NULL, or what is wrong; the count is then what it was
 */
const char *witness_response(struct witness_channel *channel,
                             const uint8_t page[WITNESS_MESSAGE_PAGE_BYTES], uint8_t *payload,
                             uint16_t size);

#endif
