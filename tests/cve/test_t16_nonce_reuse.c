/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T16, T24: no IV, nonce or counter is used twice under one key, and a message fits one purpose, type
 * and size only (CVE-2021-26407).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/guest/guest.h"

#include "tests/unit/firmware_sample.h"

#define ROUNDS 64u

static struct sample sample;

/** Runs the sample's command again and again. @return the first bytes of a buffer, each time */
static void collect(uint32_t id, uint32_t buffer, size_t offset, uint8_t got[ROUNDS][16])
{
    sample_prepare(&sample, command_table_find(id));
    for (uint32_t i = 0; i < ROUNDS; i++) {
        struct sample again = sample;
        assert_int_equal(sample_run(&again), SEV_STATUS_SUCCESS);
        memcpy(got[i], board_dram(sample_address(&sample, buffer) + offset), 16);
    }
}

static void assert_all_differ(uint8_t got[ROUNDS][16])
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        for (uint32_t j = 0; j < i; j++) {
            assert_memory_not_equal(got[i], got[j], 16);
        }
    }
}

static void packets_have_fresh_ivs(void **state)
{
    uint8_t got[ROUNDS][16];

    (void)state;
    collect(SEV_COMMAND_SEND_UPDATE_DATA, 0, offsetof(struct sev_packet_header, iv), got);
    assert_all_differ(got);
    collect(SEV_COMMAND_SEND_UPDATE_VMSA, 0, offsetof(struct sev_packet_header, iv), got);
    assert_all_differ(got);
}

/** Also of other guests: the key could be shared, the offline key is not. */
static void swapped_pages_count_up(void **state)
{
    uint8_t got[ROUNDS][16];

    (void)state;
    collect(SEV_COMMAND_SWAP_OUT, 2, offsetof(struct sev_swap_metadata, iv), got);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint64_t counter;
        memcpy(&counter, got[i], sizeof(counter));
        assert_int_equal(counter, i + 1);
    }
}

static void sessions_have_fresh_nonces_and_keys(void **state)
{
    uint8_t nonces[ROUNDS][16];
    uint8_t ivs[ROUNDS][16];

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_SEND_START));
    for (uint32_t i = 0; i < ROUNDS; i++) {
        struct sample again = sample;
        struct sev_session session;
        assert_int_equal(sample_run(&again), SEV_STATUS_SUCCESS);
        memcpy(&session, board_dram(BOARD_BUFFER(7)), sizeof(session));
        memcpy(nonces[i], session.nonce, 16);
        memcpy(ivs[i], session.wrap_iv, 16);
        assert_int_equal(board_order_guest(SEV_COMMAND_SEND_CANCEL, sample.handle),
                         SEV_STATUS_SUCCESS);
    }
    assert_all_differ(nonces);
    assert_all_differ(ivs);
}

static void measurements_have_fresh_nonces(void **state)
{
    uint8_t nonces[ROUNDS][16];

    (void)state;
    (void)board_boot_init(NULL);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        struct sev_measurement measurement;
        assert_int_equal(flow_measure(flow_start(NULL, 0), &measurement), SEV_STATUS_SUCCESS);
        memcpy(nonces[i], measurement.mnonce, 16);
    }
    assert_all_differ(nonces);
}

static void guests_have_keys_of_their_own(void **state)
{
    uint8_t veks[ROUNDS][16];

    (void)state;
    (void)board_boot_init(NULL);
    flow_flush();
    for (uint32_t i = 0; i < ROUNDS; i++) {
        assert_int_equal(flow_activate(flow_start(NULL, 0), BOARD_ASID + i), SEV_STATUS_SUCCESS);
        memcpy(veks[i], board_memctl()->slots[BOARD_ASID + i].key, 16);
    }
    assert_all_differ(veks);
}

/** Puts a packet made for @p made in front of the command @p id. */
static enum sev_status offer(uint32_t id, uint8_t made, bool with_measure)
{
    static uint8_t plain[0x1000];
    static uint8_t cipher[0x1000];
    struct sev_packet_header header;

    sample_prepare(&sample, command_table_find(id));
    flow_packet(made, &sample.owner.keys, with_measure ? sample.measure : NULL, plain,
                sizeof(plain), &header, cipher);
    memcpy(board_dram(sample_address(&sample, 0)), &header, sizeof(header));
    memcpy(board_dram(sample_address(&sample, 2)), cipher, sizeof(cipher));
    return sample_run(&sample);
}

static void packet_fits_one_command_only(void **state)
{
    static const struct {
        uint32_t id;
        uint8_t context;
        bool measure;
    } commands[] = {
        {SEV_COMMAND_LAUNCH_UPDATE_SECRET, SEV_MAC_CONTEXT_LAUNCH_SECRET, true},
        {SEV_COMMAND_RECEIVE_UPDATE_DATA, SEV_MAC_CONTEXT_SEND_DATA, false},
        {SEV_COMMAND_RECEIVE_UPDATE_VMSA, SEV_MAC_CONTEXT_SEND_VMSA, false},
    };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (uint8_t context = 0; context < 6; context++) {
            for (int measure = 0; measure < 2; measure++) {
                const bool fits =
                    context == commands[i].context && (measure != 0) == commands[i].measure;
                assert_int_equal(offer(commands[i].id, context, measure != 0),
                                 fits ? SEV_STATUS_SUCCESS : SEV_STATUS_BAD_MEASUREMENT);
            }
        }
    }
}

/** Of two guests of one owner, with the same transport keys, each gets its own secrets only. */
static void secret_is_bound_to_the_measurement(void **state)
{
    static const uint8_t plain[64] = "for the first guest only";
    struct flow_owner owner;
    struct sev_measurement first;
    struct sev_measurement second;
    struct sev_packet_header header;
    uint8_t cipher[64];

    (void)state;
    (void)board_boot_init(NULL);
    flow_owner(&owner, 0);
    const uint32_t one = flow_start(&owner, 0);
    const uint32_t two = flow_start(&owner, 0);
    flow_flush();
    assert_int_equal(flow_activate(one, BOARD_ASID), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_activate(two, BOARD_ASID + 1), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_measure(one, &first), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_measure(two, &second), SEV_STATUS_SUCCESS);
    flow_packet(SEV_MAC_CONTEXT_LAUNCH_SECRET, &owner.keys, first.measure, plain, 64, &header,
                cipher);
    assert_int_equal(flow_inject(two, &header, cipher, 64, BOARD_BUFFER(8)),
                     SEV_STATUS_BAD_MEASUREMENT);
    assert_int_equal(flow_inject(one, &header, cipher, 64, BOARD_BUFFER(8)), SEV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_have_fresh_ivs),
        cmocka_unit_test(swapped_pages_count_up),
        cmocka_unit_test(sessions_have_fresh_nonces_and_keys),
        cmocka_unit_test(measurements_have_fresh_nonces),
        cmocka_unit_test(guests_have_keys_of_their_own),
        cmocka_unit_test(packet_fits_one_command_only),
        cmocka_unit_test(secret_is_bound_to_the_measurement),
    };

    return cmocka_run_group_tests_name("T16, T24 nonces and binding", tests, NULL, NULL);
}
