/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T16: what SEV-SNP seals has a nonce of its own under each key: messages and their answers, pages that
 * are swapped out, contexts in their pages. A nonce that would come again ends the key instead
 * (CVE-2021-26407).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/snp/payload.h"
#include "tests/unit/firmware_message.h"
#include "tests/unit/firmware_snp_swaps.h"

#define ROUNDS 16u

static const uint8_t payload[sizeof(struct snp_tsc_info_response)];

static uint64_t response_number(void)
{
    const struct snp_message_header *header = (const void *)board_dram(MESSAGE_RESPONSE);

    return header->sequence;
}

/** Sends the next message of a key, as often as asked. @return the last status */
static enum sev_status send(struct witness_channel *channel, uint32_t times)
{
    static uint8_t page[SNP_PAGE_BYTES];
    enum sev_status status = SEV_STATUS_SUCCESS;

    witness_request(channel, SNP_MESSAGE_TSC_INFO, 1, payload, sizeof payload, page);
    for (uint32_t i = 0; i < times; i++) {
        status = message_send(MESSAGE_GUEST, page);
    }
    return status;
}

static void each_number_is_used_once_under_each_key(void **state)
{
    struct witness_channel channels[SNP_VMPCKS];

    (void)state;
    for (uint8_t key = 0; key < SNP_VMPCKS; key++) {
        channels[key] = message_channel(key);
    }
    for (uint64_t round = 0; round < ROUNDS; round++) {
        for (uint8_t key = 0; key < SNP_VMPCKS; key++) {
            assert_int_equal(send(&channels[key], 1), SEV_STATUS_SUCCESS);
            assert_int_equal(response_number(), 2 * round + 2);
            assert_int_equal(send(&channels[key], 2), SEV_STATUS_INVALID_PARAM);
            channels[key].count += 2;
        }
    }
}

/** A message that is refused uses up no number, so that nobody can make the two ends disagree. */
static void refused_messages_use_no_number(void **state)
{
    struct witness_channel good = message_channel(0);
    struct witness_channel bad = message_channel(0);

    (void)state;
    bad.vmpck[0] ^= 1;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        assert_int_equal(send(&bad, 1), SEV_STATUS_BAD_MEASUREMENT);
    }
    assert_int_equal(send(&good, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(response_number(), 2);
}

static void a_key_ends_before_a_number_repeats(void **state)
{
    struct witness_channel channel = message_channel(1);

    (void)state;
    channel.count = UINT64_MAX - 3u;
    message_guest(MESSAGE_GUEST)->message_count[1] = channel.count;
    assert_int_equal(send(&channel, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(response_number(), UINT64_MAX - 1u);
    channel.count += 2;
    assert_int_equal(send(&channel, 2), SEV_STATUS_AEAD_OFLOW);
    assert_int_equal(message_guest(MESSAGE_GUEST)->message_count[1], UINT64_MAX - 1u);
}

static void swapped_pages_count_up_even_when_it_fails(void **state)
{
    uint64_t last = 0;

    (void)state;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        assert_int_equal(swaps_out(SRC, AWAY, 0), SEV_STATUS_SUCCESS);
        assert_int_equal(swaps_out(SRC, AWAY, 0), SEV_STATUS_INVALID_MDATA_ENTRY);
        assert_true(swaps_entry(ENTRY)->iv > last);
        last = swaps_entry(ENTRY)->iv;
        assert_int_equal(swaps_in(AWAY, SRC, 0), SEV_STATUS_SUCCESS);
        pages_freeze(&swaps_source);
    }
    pages_guest(GCTX)->oek_count = UINT64_MAX;
    assert_int_equal(swaps_out(SRC, AWAY, 0), SEV_STATUS_AEAD_OFLOW);
    assert_int_equal(pages_state(SRC), X86_RMP_PRE_SWAP);
}

/** The version of a sealed context, which is its nonce: bytes 8 to 15 of its page. */
static uint64_t version_of(uint64_t gctx)
{
    uint64_t version;

    memcpy(&version, board_dram(gctx) + 8, sizeof version);
    return version;
}

static void contexts_have_a_version_of_their_own_each_time(void **state)
{
    uint64_t seen[ROUNDS * 8u];
    uint32_t count = 0;

    (void)state;
    for (uint32_t i = 0; i < 8; i++) {
        assert_int_equal(snp_create(SNP_PAGE(40 + i)), SEV_STATUS_SUCCESS);
    }
    for (uint32_t i = 0; i < ROUNDS * 8u; i++) { /* In turns: each is out when it is asked for. */
        (void)pages_guest(SNP_PAGE(40 + i % 8u));
        seen[count++] = version_of(SNP_PAGE(40 + (i + 4u) % 8u));
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            assert_int_not_equal(seen[i], seen[j]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_number_is_used_once_under_each_key, message_boot),
        cmocka_unit_test_setup(refused_messages_use_no_number, message_boot),
        cmocka_unit_test_setup(a_key_ends_before_a_number_repeats, message_boot),
        cmocka_unit_test_setup(swapped_pages_count_up_even_when_it_fails, swaps_boot),
        cmocka_unit_test_setup(contexts_have_a_version_of_their_own_each_time, pages_boot),
    };

    return cmocka_run_group_tests_name("T16 SNP nonces", tests, NULL, NULL);
}
