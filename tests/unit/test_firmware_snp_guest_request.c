/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_GUEST_REQUEST: pages, guest, and the order of messages. What is wrong is a status of the
 * command; nothing has then changed, and the right message still gets its answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/snp/payload.h"
#include "tests/snp/testing.h"
#include "tests/unit/firmware_message.h"
#include "tests/unit/firmware_oracle.h"

#define HEADER_BYTES sizeof(struct snp_message_header)

static uint8_t page[SNP_PAGE_BYTES];
static uint8_t payload[SNP_MESSAGE_PAYLOAD_MAX];
static uint8_t answer[SNP_MESSAGE_PAYLOAD_MAX];

static void the_published_request_is_answered(void **state)
{
    struct witness_channel channel = message_channel(0);
    struct snp_message_header *header = (struct snp_message_header *)(void *)page;

    (void)state;
    message_make_first(payload, page);
    assert_hex(page, "0f354f26b13f7433d3674d8eebcaf847", 16);
    assert_hex(page + HEADER_BYTES,
               "e22d803ca0aaea00420d0fc830cc86c4dc70dd3d68bd7d05560647e5013b996f"
               "ccddd2ea048788e8f0f437f862242ea7c0e4fcb7d1456ca0bbb1da492b891678"
               "bcafa49213c0f2445044cd48be94fd5eb5f3e8b761e80896f353185b4abd740d",
               WITNESS_REPORT_REQ_BYTES);
    assert_int_equal(message_send(MESSAGE_GUEST, page), SEV_STATUS_SUCCESS);
    memcpy(page, board_dram(MESSAGE_RESPONSE), sizeof(page));
    assert_int_equal(header->sequence, 2);
    assert_int_equal(header->type, WITNESS_REPORT_REQ + 1);
    assert_int_equal(header->size, WITNESS_REPORT_RSP_BYTES);
    channel.type = WITNESS_REPORT_REQ;
    channel.version = 1;
    assert_sound(witness_response(&channel, page, answer, WITNESS_REPORT_RSP_BYTES));
    assert_int_equal(witness_load32(answer), 0);
    assert_memory_equal(answer + 0x20 + 0x50, payload, 64);
}

static void each_request_is_answered_once(void **state)
{
    struct witness_channel channel = message_channel(0);
    static uint8_t old[SNP_PAGE_BYTES];
    static uint8_t response[SNP_PAGE_BYTES];

    (void)state;
    message_make_first(payload, page);
    memcpy(old, page, sizeof(old));
    assert_int_equal(message_send(MESSAGE_GUEST, old), SEV_STATUS_SUCCESS);
    memcpy(response, board_dram(MESSAGE_RESPONSE), sizeof(response));
    assert_int_equal(message_send(MESSAGE_GUEST, old), SEV_STATUS_INVALID_PARAM);
    /* Nor is a response a request. */
    assert_int_equal(message_send(MESSAGE_GUEST, response), SEV_STATUS_INVALID_PARAM);
    channel.count = 2;
    (void)message_ask(MESSAGE_GUEST, &channel, WITNESS_TSC_INFO_REQ, 1, payload, 0x80, answer,
                      0x80);
    assert_int_equal(message_send(MESSAGE_GUEST, old), SEV_STATUS_INVALID_PARAM);
}

/** Contexts that are in use are in secure RAM; there are more than that has room for. */
static void numbers_are_kept_with_the_context(void **state)
{
    const uint8_t zeros[0x80] = {0};
    struct witness_channel channels[6];

    (void)state;
    for (uint32_t i = 0; i < 6; i++) {
        (void)message_make_guest(SNP_PAGE(4 + i));
        channels[i] = message_channel(0);
    }
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 6; i++) {
            struct witness_channel old = channels[i];

            assert_int_equal(message_ask(SNP_PAGE(4 + i), &channels[i], WITNESS_TSC_INFO_REQ, 1,
                                         zeros, sizeof(zeros), answer, 0x80),
                             0);
            witness_request(&old, WITNESS_TSC_INFO_REQ, 1, zeros, sizeof(zeros), page);
            for (uint32_t other = 0; other < 6; other++) {
                (void)message_guest(SNP_PAGE(4 + other));
            }
            assert_int_equal(message_send(SNP_PAGE(4 + i), page), SEV_STATUS_INVALID_PARAM);
        }
    }
}

static void each_key_counts_for_itself(void **state)
{
    const uint8_t zeros[0x80] = {0};

    (void)state;
    for (uint8_t key = 0; key < SNP_VMPCKS; key++) {
        struct witness_channel channel = message_channel(key);

        for (unsigned i = 0; i <= key; i++) {
            assert_int_equal(message_ask(MESSAGE_GUEST, &channel, WITNESS_TSC_INFO_REQ, 1, zeros,
                                         sizeof(zeros), answer, 0x80),
                             0);
        }
    }
    for (uint32_t key = 0; key < SNP_VMPCKS; key++) {
        assert_int_equal(message_guest(MESSAGE_GUEST)->message_count[key], 2 * (key + 1));
    }
}

static void numbers_end_before_they_repeat(void **state)
{
    struct snp_guest *guest = message_guest(MESSAGE_GUEST);
    struct witness_channel channel = message_channel(1);
    const uint8_t zeros[0x80] = {0};

    (void)state;
    guest->message_count[1] = UINT64_MAX - 3u;
    channel.count = UINT64_MAX - 3u;
    (void)message_ask(MESSAGE_GUEST, &channel, WITNESS_TSC_INFO_REQ, 1, zeros, sizeof(zeros),
                      answer, 0x80);
    for (uint64_t count = UINT64_MAX - 1u; count != 0; count++) {
        guest->message_count[1] = count;
        channel.count = count;
        witness_request(&channel, WITNESS_TSC_INFO_REQ, 1, zeros, sizeof(zeros), page);
        assert_int_equal(message_send(MESSAGE_GUEST, page), SEV_STATUS_AEAD_OFLOW);
        assert_int_equal(guest->message_count[1], count);
    }
    message_assert_first_is_answered(payload, page); /* Another key. */
}

static void pages_are_checked_before_the_message(void **state)
{
    (void)state;
    (void)message_make_guest(SNP_PAGE(1));
    message_make_first(payload, page);
    memcpy(board_dram(MESSAGE_REQUEST), page, sizeof(page));
    memset(board_dram(MESSAGE_RESPONSE), 0x5A, SNP_PAGE_BYTES);
    const struct {
        uint64_t gctx;
        uint64_t request;
        uint64_t response;
        enum sev_status status;
    } cases[] = {
        {MESSAGE_GUEST, MESSAGE_REQUEST, MESSAGE_REQUEST, SEV_STATUS_INVALID_ADDRESS},
        {MESSAGE_GUEST, MESSAGE_REQUEST + 8, MESSAGE_RESPONSE, SEV_STATUS_INVALID_ADDRESS},
        {MESSAGE_GUEST, MESSAGE_REQUEST, MESSAGE_RESPONSE + 8, SEV_STATUS_INVALID_ADDRESS},
        {MESSAGE_GUEST + 8, MESSAGE_REQUEST, MESSAGE_RESPONSE, SEV_STATUS_INVALID_ADDRESS},
        {MESSAGE_GUEST, 1ull << 40, MESSAGE_RESPONSE, SEV_STATUS_INVALID_ADDRESS},
        {MESSAGE_GUEST, MESSAGE_REQUEST, 1ull << 40, SEV_STATUS_INVALID_ADDRESS},
        {MESSAGE_GUEST, SNP_RMP_BASE, MESSAGE_RESPONSE, SEV_STATUS_INVALID_ADDRESS},
        {MESSAGE_GUEST, MESSAGE_REQUEST, SNP_RMP_BASE, SEV_STATUS_INVALID_ADDRESS},
        {SNP_PAGE(2), MESSAGE_REQUEST, MESSAGE_RESPONSE, SEV_STATUS_INVALID_GUEST},
        {MESSAGE_GUEST, SNP_PAGE(1), MESSAGE_RESPONSE, SEV_STATUS_INVALID_PAGE_STATE},
        {MESSAGE_GUEST, MESSAGE_REQUEST, SNP_PAGE(1), SEV_STATUS_INVALID_PAGE_STATE},
        {MESSAGE_GUEST, MESSAGE_REQUEST, MESSAGE_GUEST, SEV_STATUS_INVALID_PAGE_STATE},
        {MESSAGE_GUEST, MESSAGE_REQUEST, SNP_PAGE(3), SEV_STATUS_INVALID_PAGE_STATE},
        {MESSAGE_GUEST, SNP_PAGE(4), MESSAGE_RESPONSE, SEV_STATUS_INVALID_PAGE_STATE},
        {MESSAGE_GUEST, MESSAGE_REQUEST, SNP_REGION(0), SEV_STATUS_INVALID_PAGE_SIZE},
    };

    snp_assign(SNP_PAGE(4), SNP_ASID, 0x1000);
    snp_set(SNP_REGION(0), &(const struct rmp_page){.state = RMP_FIRMWARE, .size = RMP_2M_PAGE});
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(message_command(cases[i].gctx, cases[i].request, cases[i].response),
                         cases[i].status);
        message_assert_nothing(MESSAGE_GUEST);
    }
    assert_int_equal(message_command(MESSAGE_GUEST, MESSAGE_REQUEST, MESSAGE_RESPONSE),
                     SEV_STATUS_SUCCESS);
}

static void only_running_guests_are_answered(void **state)
{
    (void)state;
    for (uint8_t is = SNP_GUEST_INIT; is < SNP_GUEST_RUNNING; is++) {
        message_guest(MESSAGE_GUEST)->state = is;
        message_make_first(payload, page);
        assert_int_equal(message_send(MESSAGE_GUEST, page), SEV_STATUS_INVALID_GUEST_STATE);
        message_assert_nothing(MESSAGE_GUEST);
    }
    message_guest(MESSAGE_GUEST)->state = SNP_GUEST_RUNNING;
    message_assert_first_is_answered(payload, page);
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(message_send(MESSAGE_GUEST, page), SEV_STATUS_INVALID_PLATFORM_STATE);
}

/** Memory that has no entry in the table: nobody can give it to a guest. */
static void pages_that_the_table_does_not_cover_will_do(void **state)
{
    const uint64_t above = 0x100000000;
    const uint32_t offset = 56u << 20;
    struct fabric_config *config;

    (void)state;
    (void)snp_boot(NULL);
    config = snp_machine();
    config->range_count = 2;
    config->ranges[0] = (struct fabric_range){.base = 0, .length = offset, .dram_offset = 0};
    config->ranges[1] =
        (struct fabric_range){.base = above, .length = 8u << 20, .dram_offset = offset};
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    (void)message_make_guest(MESSAGE_GUEST);
    message_make_first(payload, page);
    memcpy(hosted_dram() + offset, page, sizeof(page));
    assert_int_equal(message_command(MESSAGE_GUEST, above, above + SNP_PAGE_BYTES),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(hosted_dram()[offset + SNP_PAGE_BYTES + 0x34], WITNESS_REPORT_REQ + 1);
}

/** The host may change the page while the command runs: it is read as a whole, and once. */
static void a_request_is_read_once(void **state)
{
    const struct hosted_access *trace;
    size_t reads = 0;
    size_t writes = 0;
    size_t count;

    (void)state;
    message_make_first(payload, page);
    hosted_dram_trace_start();
    assert_int_equal(message_send(MESSAGE_GUEST, page), SEV_STATUS_SUCCESS);
    count = hosted_dram_trace(&trace);
    for (size_t i = 0; i < count; i++) {
        const uint64_t of = trace[i].offset & ~0xFFFull;

        assert_false(of == MESSAGE_REQUEST && trace[i].write);
        assert_false(of == MESSAGE_RESPONSE && !trace[i].write);
        reads += of == MESSAGE_REQUEST ? trace[i].length : 0;
        writes += of == MESSAGE_RESPONSE ? trace[i].length : 0;
    }
    assert_int_equal(reads, SNP_PAGE_BYTES);
    assert_int_equal(writes, SNP_PAGE_BYTES);
}

static void a_request_under_the_hosts_key_is_read_with_it(void **state)
{
    (void)state;
    message_make_first(payload, page);
    oracle_write_memory(0, MESSAGE_REQUEST, page, sizeof(page));
    assert_int_equal(message_command(MESSAGE_GUEST, MESSAGE_REQUEST, MESSAGE_RESPONSE),
                     SEV_STATUS_INVALID_PARAM);
    assert_int_equal(
        message_command(MESSAGE_GUEST, MESSAGE_REQUEST | BOARD_C_BIT, MESSAGE_RESPONSE),
        SEV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_published_request_is_answered, message_boot),
        cmocka_unit_test_setup(each_request_is_answered_once, message_boot),
        cmocka_unit_test_setup(numbers_are_kept_with_the_context, message_boot),
        cmocka_unit_test_setup(each_key_counts_for_itself, message_boot),
        cmocka_unit_test_setup(numbers_end_before_they_repeat, message_boot),
        cmocka_unit_test_setup(pages_are_checked_before_the_message, message_boot),
        cmocka_unit_test_setup(only_running_guests_are_answered, message_boot),
        cmocka_unit_test_setup(pages_that_the_table_does_not_cover_will_do, message_boot),
        cmocka_unit_test_setup(a_request_is_read_once, message_boot),
        cmocka_unit_test_setup(a_request_under_the_hosts_key_is_read_with_it, message_boot),
    };

    return cmocka_run_group_tests_name("SNP_GUEST_REQUEST", tests, NULL, NULL);
}
