/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages between guest and firmware: the published vector, the header's places, and refusals.
 */
#include "tests/snp/guest_message.h"
#include "tests/snp/testing.h"

static uint8_t page[WITNESS_MESSAGE_PAGE_BYTES];
static uint8_t opened[WITNESS_MESSAGE_PAYLOAD_MAX];

/* A report request with REPORT_DATA 00 01 .. 3F under the key 00 .. 1F, made with a stock AES-GCM. */
static void the_known_request_is_made(void **state)
{
    struct witness_channel channel = {.key_id = 0};
    uint8_t payload[96] = {0};

    (void)state;
    for (uint8_t i = 0; i < 64; i++) {
        payload[i] = i;
    }
    for (uint8_t i = 0; i < 32; i++) {
        channel.vmpck[i] = i;
    }
    witness_request(&channel, 5, 1, payload, sizeof payload, page);
    assert_hex(page, "0f354f26b13f7433d3674d8eebcaf847", 16);
    assert_hex(page + 0x60,
               "e22d803ca0aaea00420d0fc830cc86c4dc70dd3d68bd7d05560647e5013b996f"
               "ccddd2ea048788e8f0f437f862242ea7c0e4fcb7d1456ca0bbb1da492b891678"
               "bcafa49213c0f2445044cd48be94fd5eb5f3e8b761e80896f353185b4abd740d",
               96);
    assert_true(witness_is_zero(page + 0x60 + 96, sizeof page - 0x60 - 96));
    assert_int_equal(channel.count, 0);
}

static void the_header_has_the_layout_of_the_interface(void **state)
{
    struct witness_message message = witness_message_make(0x12, 0x34, 2);
    const uint8_t key[32] = {1};

    (void)state;
    message.sequence = 0x0807060504030201;
    message.key_id = 3;
    witness_message_seal(key, &message, (const uint8_t *)"ab", page);
    assert_true(witness_is_zero(page + 0x10, 0x10));
    assert_hex(page + 0x20,
               "0102030405060708"
               "0000000000000000",
               16);
    assert_hex(page + 0x30,
               "01"
               "01"
               "6000"
               "12"
               "34"
               "0200"
               "00000000"
               "03",
               13);
    assert_true(witness_is_zero(page + 0x3D, 35));
    assert_sound(witness_message_open(key, page, &message, opened));
    assert_memory_equal(opened, "ab", 2);
    assert_int_equal(message.type, 0x12);
    assert_int_equal(message.sequence, 0x0807060504030201);
}

/* Makes a channel with a request of 16 bytes under way, and the page that answers it. */
static struct witness_channel asked(struct witness_message *answer)
{
    struct witness_channel channel = {.key_id = 2, .vmpck = {9}, .count = 40};
    const uint8_t payload[16] = {0};

    witness_request(&channel, 7, 1, payload, sizeof payload, page);
    assert_int_equal(witness_load64(page + 0x20), 41);
    assert_int_equal(page[0x3C], 2);
    *answer = witness_message_make(8, 1, 20);
    answer->sequence = 42;
    answer->key_id = 2;
    return channel;
}

static void a_response_moves_the_count_on_by_two(void **state)
{
    struct witness_message answer;
    struct witness_channel channel = asked(&answer);
    uint8_t payload[20];
    uint8_t got[20];

    (void)state;
    fill_pattern(payload, sizeof payload);
    witness_message_seal(channel.vmpck, &answer, payload, page);
    assert_sound(witness_response(&channel, page, got, sizeof got));
    assert_memory_equal(got, payload, sizeof got);
    assert_int_equal(channel.count, 42);
    /* The same again is a replay. */
    assert_fault(witness_response(&channel, page, got, sizeof got),
                 "sequence number of the response");
    assert_int_equal(channel.count, 42);
}

static void a_response_that_answers_something_else_is_refused(void **state)
{
    static const struct {
        struct witness_message change; /* Is added to the right header. */
        const char *fault;
    } cases[] = {
        {{.sequence = 1}, "sequence number of the response"},
        {{.sequence = (uint64_t)-2}, "sequence number of the response"},
        {{.type = 1}, "type or version of the response"},
        {{.version = 1}, "type or version of the response"},
        {{.key_id = 1}, "key of the response"},
        {{.key_id = 2}, "key of the message"},
        {{.size = 1}, "size of the response"},
        {{.algorithm = 1}, "algorithm of the message"},
        {{.header_version = 1}, "version or size of the message's header"},
        {{.header_size = 8}, "version or size of the message's header"},
        {{.reserved_38 = 1}, "reserved bytes of the message's header"},
        {{.reserved_3d = 1}, "reserved bytes of the message's header"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct witness_message *change = &cases[i].change;
        struct witness_message answer;
        struct witness_channel channel = asked(&answer);
        uint8_t payload[32] = {0};

        answer.sequence += change->sequence;
        answer.type = (uint8_t)(answer.type + change->type);
        answer.version = (uint8_t)(answer.version + change->version);
        answer.key_id = (uint8_t)(answer.key_id + change->key_id);
        answer.size = (uint16_t)(answer.size + change->size);
        answer.algorithm = (uint8_t)(answer.algorithm + change->algorithm);
        answer.header_version = (uint8_t)(answer.header_version + change->header_version);
        answer.header_size = (uint16_t)(answer.header_size + change->header_size);
        answer.reserved_38 = change->reserved_38;
        answer.reserved_3d = change->reserved_3d;
        witness_message_seal(channel.vmpck, &answer, payload, page);
        assert_fault(witness_response(&channel, page, payload, 20), cases[i].fault);
        assert_int_equal(channel.count, 40);
    }
}

static void any_changed_bit_of_a_message_is_noticed(void **state)
{
    struct witness_message answer;
    struct witness_channel channel = asked(&answer);
    uint8_t payload[20];

    (void)state;
    fill_pattern(payload, sizeof payload);
    witness_message_seal(channel.vmpck, &answer, payload, page);
    for (size_t bit = 0; bit < 8 * (0x60 + 20); bit++) {
        page[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_non_null(witness_response(&channel, page, opened, 20));
        page[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    channel.vmpck[31] ^= 1;
    assert_fault(witness_response(&channel, page, opened, 20), "tag of the message");
    channel.vmpck[31] ^= 1;
    assert_sound(witness_response(&channel, page, opened, 20));
}

static void the_longest_message_fits_the_page(void **state)
{
    const uint8_t key[32] = {7};
    static uint8_t payload[WITNESS_MESSAGE_PAYLOAD_MAX];
    struct witness_message message = witness_message_make(1, 1, sizeof payload);

    (void)state;
    fill_pattern(payload, sizeof payload);
    witness_message_seal(key, &message, payload, page);
    assert_sound(witness_message_open(key, page, &message, opened));
    assert_memory_equal(opened, payload, sizeof payload);
    witness_store16(page + 0x36, WITNESS_MESSAGE_PAYLOAD_MAX + 1);
    assert_fault(witness_message_open(key, page, &message, opened), "size of the message");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_request_is_made),
        cmocka_unit_test(the_header_has_the_layout_of_the_interface),
        cmocka_unit_test(a_response_moves_the_count_on_by_two),
        cmocka_unit_test(a_response_that_answers_something_else_is_refused),
        cmocka_unit_test(any_changed_bit_of_a_message_is_noticed),
        cmocka_unit_test(the_longest_message_fits_the_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
