/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests that talk to the firmware (firmware_message.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/tcb.h"
#include "firmware/snp_guest/context.h"

#include "tests/snp/bytes.h"
#include "tests/unit/firmware_message.h"

#define UNTOUCHED 0x5Au

/** Bytes that are not 0, and different for each guest and field. */
static void fill(void *field, size_t length, uint64_t gctx, uint8_t number)
{
    uint8_t *bytes = field;

    for (size_t i = 0; i < length; i++) {
        bytes[i] = (uint8_t)(1u + (number * 37u + (gctx >> 12) * 11u + i) % 255u);
    }
}

struct snp_guest *message_guest(uint64_t gctx)
{
    struct snp_guest *guest = NULL;

    assert_int_equal(snp_context_open(gctx, &guest), SEV_STATUS_SUCCESS);
    return guest;
}

struct snp_guest *message_make_guest(uint64_t gctx)
{
    struct snp_guest *guest;

    assert_int_equal(snp_create(gctx), SEV_STATUS_SUCCESS);
    guest = message_guest(gctx);
    guest->state = SNP_GUEST_RUNNING;
    guest->policy = MESSAGE_POLICY;
    guest->has_vmrk = true;
    guest->launch_tcb = tcb_current();
    guest->launch_mitigations = 5;
    guest->tsc_scale = 0x180000000;
    guest->tsc_offset = 0x123456789;
    for (uint8_t key = 0; key < SNP_VMPCKS; key++) {
        const struct witness_channel channel = message_channel(key);

        memcpy(guest->vmpck[key], channel.vmpck, SNP_KEY_BYTES);
    }
    fill(guest->vek, sizeof(guest->vek), gctx, 1);
    fill(guest->oek, sizeof(guest->oek), gctx, 2);
    fill(guest->vmrk, sizeof(guest->vmrk), gctx, 3);
    fill(guest->digest, sizeof(guest->digest), gctx, 4);
    fill(guest->imd, sizeof(guest->imd), gctx, 5);
    fill(guest->report_id, sizeof(guest->report_id), gctx, 6);
    memset(guest->report_id_ma, 0xFF, sizeof(guest->report_id_ma));
    fill(guest->host_data, sizeof(guest->host_data), gctx, 7);
    fill(guest->gosvw, sizeof(guest->gosvw), gctx, 8);
    return guest;
}

int message_boot(void **state)
{
    (void)snp_boot_init(state);
    (void)message_make_guest(MESSAGE_GUEST);
    snp_give(MESSAGE_RESPONSE);
    return 0;
}

struct witness_channel message_channel(uint8_t key_id)
{
    struct witness_channel channel = {.key_id = key_id};

    for (uint8_t i = 0; i < sizeof(channel.vmpck); i++) {
        channel.vmpck[i] = (uint8_t)(32u * key_id + i);
    }
    return channel;
}

enum sev_status message_command(uint64_t gctx, uint64_t request, uint64_t response)
{
    struct snp_guest_request parameters = {
        .gctx_paddr = gctx,
        .request_paddr = request,
        .response_paddr = response,
    };

    return board_command(SNP_COMMAND_GUEST_REQUEST, &parameters, sizeof(parameters));
}

enum sev_status message_send(uint64_t gctx, const uint8_t request[SNP_PAGE_BYTES])
{
    memcpy(board_dram(MESSAGE_REQUEST), request, SNP_PAGE_BYTES);
    memset(board_dram(MESSAGE_RESPONSE), UNTOUCHED, SNP_PAGE_BYTES);
    return message_command(gctx, MESSAGE_REQUEST, MESSAGE_RESPONSE);
}

uint32_t message_ask(uint64_t gctx, struct witness_channel *channel, uint8_t type, uint8_t version,
                     const void *payload, uint16_t size, void *answer, uint16_t answer_size)
{
    static uint8_t page[SNP_PAGE_BYTES];
    const char *fault;

    witness_request(channel, type, version, payload, size, page);
    assert_int_equal(message_send(gctx, page), SEV_STATUS_SUCCESS);
    fault = witness_response(channel, board_dram(MESSAGE_RESPONSE), answer, answer_size);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
    assert_int_equal(snp_state(MESSAGE_RESPONSE), RMP_FIRMWARE);
    assert_true(witness_is_zero(board_dram(MESSAGE_RESPONSE) + sizeof(struct snp_message_header) +
                                    answer_size,
                                SNP_PAGE_BYTES - sizeof(struct snp_message_header) - answer_size));
    assert_true(witness_load32(answer) == 0 ||
                witness_is_zero((const uint8_t *)answer + 4, answer_size - 4u));
    return witness_load32(answer);
}

void message_make_first(uint8_t payload[WITNESS_REPORT_REQ_BYTES], uint8_t request[SNP_PAGE_BYTES])
{
    struct witness_channel channel = message_channel(0);

    memset(payload, 0, WITNESS_REPORT_REQ_BYTES);
    for (uint8_t i = 0; i < 64; i++) {
        payload[i] = i;
    }
    witness_request(&channel, WITNESS_REPORT_REQ, 1, payload, WITNESS_REPORT_REQ_BYTES, request);
}

void message_assert_first_is_answered(uint8_t payload[WITNESS_REPORT_REQ_BYTES],
                                      uint8_t request[SNP_PAGE_BYTES])
{
    message_make_first(payload, request);
    assert_int_equal(message_send(MESSAGE_GUEST, request), SEV_STATUS_SUCCESS);
}

void message_assert_nothing(uint64_t gctx)
{
    const uint8_t *page = board_dram(MESSAGE_RESPONSE);

    for (size_t i = 0; i < SNP_PAGE_BYTES; i++) {
        assert_int_equal(page[i], UNTOUCHED);
    }
    for (uint32_t key = 0; key < SNP_VMPCKS; key++) {
        assert_int_equal(message_guest(gctx)->message_count[key], 0);
    }
}
