/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's end of its channel to the firmware, as the demonstration has it, beside the tests' own
 * implementation of messages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "host/demo/snp_channel.h"

#include "tests/snp/guest_message.h"

#define ANSWER_BYTES 0x40u

static struct snp_channel channel;
static uint8_t payload[SNP_MESSAGE_PAYLOAD_MAX + 1];
static uint8_t page[SNP_PAGE_BYTES];

static int set_up(void **state)
{
    (void)state;
    channel = (struct snp_channel){.count = 6};
    memset(channel.key, 0x4B, sizeof channel.key);
    for (size_t i = 0; i < sizeof payload; i++) {
        payload[i] = (uint8_t)(i * 3 + 1);
    }
    return 0;
}

static void requests_are_what_others_open(void **state)
{
    static const size_t lengths[] = {0, 1, 0x60, SNP_MESSAGE_PAYLOAD_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct witness_message message;
        uint8_t opened[WITNESS_MESSAGE_PAYLOAD_MAX];
        assert_true(snp_channel_seal(&channel, SNP_MESSAGE_REPORT, payload, lengths[i], page));
        assert_null(witness_message_open(channel.key, page, &message, opened));
        assert_int_equal(message.sequence, 7);
        assert_int_equal(message.type, 5);
        assert_int_equal(message.version, 1);
        assert_int_equal(message.key_id, 0);
        assert_int_equal(message.size, lengths[i]);
        assert_memory_equal(opened, payload, lengths[i]);
    }
    assert_int_equal(channel.count, 6);
    assert_false(
        snp_channel_seal(&channel, SNP_MESSAGE_REPORT, payload, SNP_MESSAGE_PAYLOAD_MAX + 1, page));
}

static void key_and_version_are_the_channels(void **state)
{
    struct witness_message message;
    uint8_t opened[WITNESS_MESSAGE_PAYLOAD_MAX];
    size_t length = 0;
    (void)state;
    channel.vmpck = 3;
    channel.version = 2;
    assert_true(snp_channel_seal(&channel, SNP_MESSAGE_KEY, payload, 0x28, page));
    assert_null(witness_message_open(channel.key, page, &message, opened));
    assert_int_equal(message.version, 2);
    assert_int_equal(message.key_id, 3);
    message = witness_message_make(4, 2, ANSWER_BYTES);
    message.sequence = 8;
    message.key_id = 3;
    witness_message_seal(channel.key, &message, payload, page);
    assert_true(snp_channel_open_any(&channel, SNP_MESSAGE_KEY, page, opened, &length));
    assert_int_equal(length, ANSWER_BYTES);
    assert_memory_equal(opened, payload, length);
}

/** An answer to a KEY request that could have come. */
static struct witness_message answer(void)
{
    struct witness_message message = witness_message_make(4, 1, ANSWER_BYTES);
    message.sequence = 8;
    return message;
}

static void the_answer_opens_and_counts(void **state)
{
    const struct witness_message message = answer();
    uint8_t opened[ANSWER_BYTES];
    (void)state;
    witness_message_seal(channel.key, &message, payload, page);
    assert_true(snp_channel_open(&channel, SNP_MESSAGE_KEY, page, opened, sizeof opened));
    assert_memory_equal(opened, payload, sizeof opened);
    assert_int_equal(channel.count, 8);
    /* Once more: it is not the next. */
    assert_false(snp_channel_open(&channel, SNP_MESSAGE_KEY, page, opened, sizeof opened));
    assert_int_equal(channel.count, 8);
}

static void other_answers_do_not_open(void **state)
{
    uint8_t opened[ANSWER_BYTES + 1];
    struct witness_message wrong[6];
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        wrong[i] = answer();
    }
    wrong[0].sequence = 10;
    wrong[1].type = 6;
    wrong[2].size = ANSWER_BYTES + 1;
    wrong[3].key_id = 1;
    wrong[4].algorithm = 2;
    wrong[5].version = 2;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        witness_message_seal(channel.key, &wrong[i], payload, page);
        assert_false(snp_channel_open(&channel, SNP_MESSAGE_KEY, page, opened, ANSWER_BYTES));
        assert_int_equal(channel.count, 6);
    }
}

static void every_byte_of_an_answer_counts(void **state)
{
    const struct witness_message message = answer();
    uint8_t opened[ANSWER_BYTES];
    (void)state;
    for (size_t i = 0; i < WITNESS_MESSAGE_HEADER_BYTES + ANSWER_BYTES; i++) {
        const bool unused = (i >= 0x10 && i < 0x20) || (i >= 0x28 && i < 0x30);
        witness_message_seal(channel.key, &message, payload, page);
        page[i] ^= 1;
        if (!unused) {
            assert_false(snp_channel_open(&channel, SNP_MESSAGE_KEY, page, opened, sizeof opened));
            assert_int_equal(channel.count, 6);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(requests_are_what_others_open, set_up),
        cmocka_unit_test_setup(key_and_version_are_the_channels, set_up),
        cmocka_unit_test_setup(the_answer_opens_and_counts, set_up),
        cmocka_unit_test_setup(other_answers_do_not_open, set_up),
        cmocka_unit_test_setup(every_byte_of_an_answer_counts, set_up),
    };
    return cmocka_run_group_tests_name("channels of SNP guests", tests, NULL, NULL);
}
