/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests that talk to the firmware, for unit tests: a running guest with known keys in each context
 * that a test asks for, and its messages by the second implementation (tests/snp). The board is that
 * of firmware_snp.h.
 */
#ifndef TESTS_UNIT_FIRMWARE_MESSAGE_H
#define TESTS_UNIT_FIRMWARE_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "abi/snp_message.h"
#include "firmware/snp_guest/guest.h"

#include "tests/snp/guest_message.h"
#include "tests/snp/payload.h"
#include "tests/unit/firmware_snp.h"

#define MESSAGE_GUEST SNP_PAGE(0)    /**< The context of the guest of most tests. */
#define MESSAGE_REQUEST SNP_PAGE(16) /**< A page of the host. */
#define MESSAGE_RESPONSE SNP_PAGE(17)
#define MESSAGE_POLICY (SNP_POLICY_ONE | SNP_POLICY_SMT | SNP_API_MAJOR << 8 | 55u)

/** Setup: snp_boot_init(), a guest in MESSAGE_GUEST, and the two pages. */
int message_boot(void **state);

/**
 * Makes a guest in a context page, and has it RUNNING. No field of it is 0 but counters and flags, and
 * no two guests share a value; VMPCK k of all of them is 32 bytes that rise from 32k.
 */
struct snp_guest *message_make_guest(uint64_t gctx);

/** @return the guest's context as the firmware has it; fails the test if there is none */
struct snp_guest *message_guest(uint64_t gctx);

/** @return a guest's end of VMPCK @p key_id before the first message */
struct witness_channel message_channel(uint8_t key_id);

/** SNP_GUEST_REQUEST, with pages and parameters as they are. */
enum sev_status message_command(uint64_t gctx, uint64_t request, uint64_t response);

/** Puts a request into its page, and hands it to the firmware; the response's page is 5Ah before. */
enum sev_status message_send(uint64_t gctx, const uint8_t request[SNP_PAGE_BYTES]);

/**
 * Asks, and opens the response; fails the test unless there is one of that size.
 *
 * @param type    of the request
 * @param[out] answer  @p answer_size bytes
 * @return its STATUS; unless that is 0, the test fails if there is anything behind it
 */
uint32_t message_ask(uint64_t gctx, struct witness_channel *channel, uint8_t type, uint8_t version,
                     const void *payload, uint16_t size, void *answer, uint16_t answer_size);

/**
 * Makes a report request over bytes 0 to 63 that is the first message of MESSAGE_GUEST's VMPCK 0.
 *
 * @param[out] payload  what it says
 * @param[out] request  its page
 */
void message_make_first(uint8_t payload[WITNESS_REPORT_REQ_BYTES], uint8_t request[SNP_PAGE_BYTES]);

/** Makes and sends it; fails the test unless it is answered. */
void message_assert_first_is_answered(uint8_t payload[WITNESS_REPORT_REQ_BYTES],
                                      uint8_t request[SNP_PAGE_BYTES]);

/** Fails the test unless the response's page is untouched, and no counter of the guest has moved. */
void message_assert_nothing(uint64_t gctx);

#endif
