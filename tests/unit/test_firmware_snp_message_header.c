/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Headers of guests' messages: what a message is, its tag binds it to. What is wrong with a header is
 * a status of SNP_GUEST_REQUEST; nothing has then changed, and the right message still gets its answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/snp/payload.h"
#include "tests/unit/firmware_message.h"

#define HEADER_BYTES sizeof(struct snp_message_header)

static uint8_t page[SNP_PAGE_BYTES];
static uint8_t payload[SNP_MESSAGE_PAYLOAD_MAX];
static uint8_t answer[SNP_MESSAGE_PAYLOAD_MAX];

/** Every kind of message, written down once more. */
static const struct {
    uint8_t type;
    uint8_t version;
    uint16_t request;
    uint16_t response;
} kinds[] = {
    {1, 1, 0xC10, 0xC10}, {3, 1, 0x20, 0x40},  {3, 2, 0x28, 0x40},   {5, 1, 0x60, 0x4C0},
    {7, 1, 0x10, 0x320},  {9, 1, 0x320, 0x10}, {11, 1, 0x320, 0x10}, {13, 1, 0x40, 0x10},
    {15, 1, 0x320, 0x10}, {17, 1, 0x80, 0x80},
};

#define FOR_EACH_KIND(i) for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)

static void each_kind_has_its_type_version_and_sizes(void **state)
{
    struct witness_channel channel = message_channel(0);

    (void)state;
    memset(payload, 0, sizeof(payload));
    FOR_EACH_KIND(i)
    {
        /* Bytes of 0 are not a good request of each: there is an answer all the same. */
        (void)message_ask(MESSAGE_GUEST, &channel, kinds[i].type, kinds[i].version, payload,
                          kinds[i].request, answer, kinds[i].response);
        assert_int_equal(message_guest(MESSAGE_GUEST)->message_count[0], 2 * (i + 1));
    }
}

/** Sends a genuine message with that header and a payload of zeros. */
static enum sev_status send_as(const struct witness_message *message)
{
    const struct witness_channel channel = message_channel(message->key_id & 3u);

    memset(payload, 0, sizeof(payload));
    witness_message_seal(channel.vmpck, message, payload, page);
    return message_send(MESSAGE_GUEST, page);
}

static void assert_refused(const struct witness_message *message)
{
    assert_int_equal(send_as(message), SEV_STATUS_INVALID_PARAM);
    message_assert_nothing(MESSAGE_GUEST);
}

static bool exists(uint8_t type, uint8_t version)
{
    bool found = false;

    FOR_EACH_KIND(i)
    {
        found |= kinds[i].type == type && kinds[i].version == version;
    }
    return found;
}

static void messages_that_do_not_exist_are_refused(void **state)
{
    struct witness_message message = witness_message_make(0, 1, 0x10);

    (void)state;
    message.sequence = 1;
    for (unsigned type = 0; type < 256; type++) {
        message.type = (uint8_t)type;
        if (!exists((uint8_t)type, 1)) {
            assert_refused(&message);
        }
    }
    FOR_EACH_KIND(i)
    {
        for (uint8_t version = 0; version < 4; version++) {
            message.type = kinds[i].type;
            message.version = version;
            message.size = kinds[i].request;
            if (!exists(message.type, version)) {
                assert_refused(&message);
            }
        }
        message.version = kinds[i].version;
        for (uint16_t size = 0; size < 2; size++) {
            message.size = (uint16_t)(size == 0 ? kinds[i].request - 1u : kinds[i].request + 1u);
            assert_refused(&message);
        }
        message.size = WITNESS_MESSAGE_PAYLOAD_MAX;
        assert_refused(&message);
    }
    message_assert_first_is_answered(payload, page);
}

static void fields_of_the_header_are_checked_though_authentic(void **state)
{
    const struct witness_message good =
        witness_message_make(WITNESS_REPORT_REQ, 1, WITNESS_REPORT_REQ_BYTES);
    struct witness_message message = good;

    (void)state;
#define REFUSED(field, value)                                                                      \
    do {                                                                                           \
        message = good;                                                                            \
        message.sequence = 1;                                                                      \
        message.field = (value);                                                                   \
        assert_refused(&message);                                                                  \
    } while (0)
    REFUSED(algorithm, 0);
    REFUSED(algorithm, 2);
    REFUSED(header_version, 0);
    REFUSED(header_version, 2);
    REFUSED(header_size, 0);
    REFUSED(header_size, 0x5F);
    REFUSED(header_size, 0x61);
    REFUSED(key_id, 4);
    REFUSED(key_id, 255);
    REFUSED(reserved_38, 1);
    REFUSED(reserved_3d, 1);
    REFUSED(sequence, 0);
    REFUSED(sequence, 2);
    REFUSED(sequence, 3);
    REFUSED(sequence, UINT64_MAX);
#undef REFUSED
    message_assert_first_is_answered(payload, page);
}

/** What a byte of the page is wrong for; the rest of the page does not count. */
static enum sev_status expected_for(size_t offset)
{
    const bool is_tag = offset < 16;
    const bool is_key = offset == offsetof(struct snp_message_header, vmpck);

    return is_tag || is_key || offset >= HEADER_BYTES ? SEV_STATUS_BAD_MEASUREMENT
                                                      : SEV_STATUS_INVALID_PARAM;
}

static void a_changed_byte_is_noticed_wherever_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < HEADER_BYTES + WITNESS_REPORT_REQ_BYTES; i++) {
        message_make_first(payload, page);
        page[i] ^= 1;
        assert_int_equal(message_send(MESSAGE_GUEST, page), expected_for(i));
        message_assert_nothing(MESSAGE_GUEST);
    }
    message_make_first(payload, page);
    page[HEADER_BYTES + WITNESS_REPORT_REQ_BYTES] = 1;
    assert_int_equal(message_send(MESSAGE_GUEST, page), SEV_STATUS_SUCCESS);
}

/** The three that carry a context have one size: what keeps them apart is the tag. */
static void a_message_is_none_of_another_type(void **state)
{
    struct witness_channel channel = message_channel(0);

    (void)state;
    memset(payload, 0, sizeof(payload));
    witness_request(&channel, WITNESS_IMPORT_REQ, 1, payload, 0x320, page);
    page[offsetof(struct snp_message_header, type)] = WITNESS_ABSORB_REQ;
    assert_int_equal(message_send(MESSAGE_GUEST, page), SEV_STATUS_BAD_MEASUREMENT);
    message_assert_nothing(MESSAGE_GUEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_kind_has_its_type_version_and_sizes, message_boot),
        cmocka_unit_test_setup(messages_that_do_not_exist_are_refused, message_boot),
        cmocka_unit_test_setup(fields_of_the_header_are_checked_though_authentic, message_boot),
        cmocka_unit_test_setup(a_changed_byte_is_noticed_wherever_it_is, message_boot),
        cmocka_unit_test_setup(a_message_is_none_of_another_type, message_boot),
    };

    return cmocka_run_group_tests_name("headers of messages", tests, NULL, NULL);
}
