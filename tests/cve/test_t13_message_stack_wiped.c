/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T13: secrets of a guest's message do not stay on the stack: the key of the message, the root that a
 * guest's key is derived from, the key of an imported guest's memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/tcb.h"

#include "tests/cve/wiped.h"
#include "tests/snp/derived_key.h"
#include "tests/snp/payload.h"
#include "tests/unit/firmware_migration.h"
#include "tests/unit/firmware_witness_keys.h"

#define VMRK 1u

/** Asks for a key, under VMPCK 2. */
static void ask_for_key(uint32_t key_select)
{
    const struct witness_key_request request = {.version = 1, .key_select = key_select, .vmpl = 2};
    struct witness_channel channel = message_channel(2);
    uint8_t answer[WITNESS_KEY_RSP_BYTES];
    uint8_t payload[0x28];
    const uint16_t size = witness_key_payload(&request, payload);

    channel.count = message_guest(MESSAGE_GUEST)->message_count[2];
    wiped_start();
    assert_int_equal(message_ask(MESSAGE_GUEST, &channel, WITNESS_KEY_REQ, 1, payload, size, answer,
                                 sizeof(answer)),
                     0);
}

static void the_messages_key_and_the_root_are_wiped(void **state)
{
    const struct snp_guest *guest = message_guest(MESSAGE_GUEST);
    uint8_t root[32];

    (void)state;
    ask_for_key(0);
    witness_keys_vcek_root(tcb_current(), root);
    assert_true(was_wiped(sizeof(root), 0, root, sizeof(root)));
    assert_true(was_wiped(SNP_KEY_BYTES, 0, guest->vmpck[2], SNP_KEY_BYTES));
    ask_for_key(VMRK);
    assert_true(was_wiped(sizeof(root), 0, guest->vmrk, sizeof(root)));
}

static void the_key_of_a_refused_message_is_wiped(void **state)
{
    const struct witness_channel channel = message_channel(1);
    struct witness_message message = witness_message_make(WITNESS_TSC_INFO_REQ, 1, 0x80);
    uint8_t page[SNP_PAGE_BYTES];
    const uint8_t zeros[0x80] = {0};

    (void)state;
    message.sequence = 1;
    message.key_id = 1;
    witness_message_seal(channel.vmpck, &message, zeros, page);
    page[0] ^= 1;
    wiped_start();
    assert_int_equal(message_send(MESSAGE_GUEST, page), SEV_STATUS_BAD_MEASUREMENT);
    assert_true(was_wiped(SNP_KEY_BYTES, 0, channel.vmpck, SNP_KEY_BYTES));
}

static void the_memorys_key_of_an_imported_guest_is_wiped(void **state)
{
    struct witness_context context;
    const struct snp_guest *guest;

    (void)state;
    migration_describe(migration_make_guest(MIGRATION_GUEST, MIGRATION_AGENT), &context);
    assert_int_equal(snp_create(MIGRATION_TARGET), SEV_STATUS_SUCCESS);
    wiped_start();
    assert_int_equal(migration_import(MIGRATION_AGENT, MIGRATION_TARGET, &context), 0);
    guest = message_guest(MIGRATION_TARGET);
    assert_true(was_wiped(sizeof(guest->vek) + sizeof(guest->report_id), 0, guest->vek,
                          sizeof(guest->vek)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_messages_key_and_the_root_are_wiped, migration_boot),
        cmocka_unit_test_setup(the_key_of_a_refused_message_is_wiped, migration_boot),
        cmocka_unit_test_setup(the_memorys_key_of_an_imported_guest_is_wiped, migration_boot),
    };

    return cmocka_run_group_tests_name("T13 stack of messages wiped", tests, NULL, NULL);
}
