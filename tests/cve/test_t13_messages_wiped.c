/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T13: what a guest's message carries, and what is answered, does not stay in the firmware's variables
 * when the command has ended: keys that were derived, contexts that came in or went out.
 *
 * The test's own copies are on the heap, which is not searched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/cve/search.h"
#include "tests/snp/derived_key.h"
#include "tests/snp/payload.h"
#include "tests/unit/firmware_migration.h"

#define SECRET_BYTES 32u

/** A secret that stands nowhere yet. */
static uint8_t *make_secret(uint8_t first)
{
    uint8_t *secret = test_malloc(SECRET_BYTES);

    for (uint8_t i = 0; i < SECRET_BYTES; i++) {
        secret[i] = (uint8_t)(first + i * 5u);
    }
    assert_int_equal(search_variables(secret, SECRET_BYTES), 0);
    return secret;
}

static void derived_keys_are_the_guests_alone(void **state)
{
    uint8_t *answer = test_malloc(WITNESS_KEY_RSP_BYTES);
    struct witness_key_request request = {.version = 1};
    struct witness_channel channel = message_channel(0);
    uint8_t payload[0x28];

    (void)state;
    for (request.key_select = 0; request.key_select < 2; request.key_select++) {
        const uint16_t size = witness_key_payload(&request, payload);

        assert_int_equal(message_ask(MESSAGE_GUEST, &channel, WITNESS_KEY_REQ, 1, payload, size,
                                     answer, WITNESS_KEY_RSP_BYTES),
                         0);
        assert_int_equal(search_variables(answer + 0x20, SECRET_BYTES), 0);
    }
    test_free(answer);
}

static void a_root_key_is_in_its_guests_context_alone(void **state)
{
    uint8_t *vmrk = make_secret(0x13);
    struct snp_guest *guest;

    (void)state;
    guest = migration_make_guest(MIGRATION_GUEST, MIGRATION_AGENT);
    guest->state = SNP_GUEST_LAUNCH;
    assert_int_not_equal(migration_vmrk(MIGRATION_AGENT, MIGRATION_GUEST, vmrk), 0);
    assert_int_equal(search_variables(vmrk, SECRET_BYTES), 0);
    guest->has_vmrk = false;
    assert_int_equal(migration_vmrk(MIGRATION_AGENT, MIGRATION_GUEST, vmrk), 0);
    assert_int_equal(search_variables(vmrk, SECRET_BYTES), 1);
    test_free(vmrk);
}

static void contexts_do_not_stay_where_they_passed(void **state)
{
    struct witness_context *context = test_malloc(sizeof(*context));
    uint8_t *request = test_malloc(WITNESS_CONTEXT_MESSAGE_BYTES);
    uint8_t *oek = make_secret(0x29);

    (void)state;
    memcpy(migration_make_guest(MIGRATION_GUEST, MIGRATION_AGENT)->oek, oek, SECRET_BYTES);
    migration_describe(message_guest(MIGRATION_GUEST), context);
    assert_int_equal(search_variables(oek, SECRET_BYTES), 1);
    assert_int_equal(snp_create(MIGRATION_TARGET), SEV_STATUS_SUCCESS);
    witness_import_write(MIGRATION_TARGET, context, request);
    request[0x10] = 1; /* Refused. */
    assert_int_equal(
        migration_send(MIGRATION_AGENT, WITNESS_IMPORT_REQ, request, WITNESS_CONTEXT_MESSAGE_BYTES),
        MIGRATION_INVALID_PARAM);
    assert_int_equal(search_variables(oek, SECRET_BYTES), 1);
    request[0x10] = 0;
    assert_int_equal(
        migration_send(MIGRATION_AGENT, WITNESS_IMPORT_REQ, request, WITNESS_CONTEXT_MESSAGE_BYTES),
        0);
    assert_int_equal(search_variables(oek, SECRET_BYTES), 2);
    test_free(oek);
    test_free(request);
    test_free(context);
}

static void an_exported_context_is_wiped(void **state)
{
    uint8_t *answer = test_malloc(WITNESS_CONTEXT_MESSAGE_BYTES);
    uint8_t *oek = make_secret(0x31);
    struct witness_channel channel = message_channel(0);
    uint8_t request[WITNESS_EXPORT_REQ_BYTES];

    (void)state;
    memcpy(migration_make_guest(MIGRATION_GUEST, MIGRATION_AGENT)->oek, oek, SECRET_BYTES);
    witness_export_request(MIGRATION_GUEST, false, request);
    assert_int_equal(message_ask(MIGRATION_AGENT, &channel, WITNESS_EXPORT_REQ, 1, request,
                                 sizeof(request), answer, WITNESS_CONTEXT_MESSAGE_BYTES),
                     0);
    assert_memory_equal(answer + 0x20 + 0x30, oek, SECRET_BYTES);
    assert_int_equal(search_variables(oek, SECRET_BYTES), 1);
    test_free(oek);
    test_free(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(derived_keys_are_the_guests_alone, migration_boot),
        cmocka_unit_test_setup(a_root_key_is_in_its_guests_context_alone, migration_boot),
        cmocka_unit_test_setup(contexts_do_not_stay_where_they_passed, migration_boot),
        cmocka_unit_test_setup(an_exported_context_is_wiped, migration_boot),
    };

    return cmocka_run_group_tests_name("T13 messages", tests, NULL, NULL);
}
