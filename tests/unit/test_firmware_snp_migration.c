/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Migration agents: EXPORT, IMPORT and VMRK, from one agent's guest to another agent's on one board.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"

#include "tests/snp/payload.h"
#include "tests/snp/testing.h"
#include "tests/unit/firmware_migration.h"

/** A guest with all parts that a context can have. */
static struct snp_guest *make_full_guest(void)
{
    struct snp_guest *guest = migration_make_guest(MIGRATION_GUEST, MIGRATION_AGENT);

    guest->has_id_block = true;
    guest->has_author_key = true;
    fill_pattern((uint8_t *)&guest->id_block, sizeof(guest->id_block));
    memset(guest->id_key_digest, 0x31, sizeof(guest->id_key_digest));
    memset(guest->author_key_digest, 0x32, sizeof(guest->author_key_digest));
    fill_pattern((uint8_t *)&guest->root_mdata, sizeof(guest->root_mdata));
    for (uint32_t key = 0; key < SNP_VMPCKS; key++) {
        guest->message_count[key] = 100 + 2 * key;
    }
    guest->oek_count = 0x1234567890;
    return guest;
}

static void an_export_has_the_whole_context_but_for_the_memorys_key(void **state)
{
    const struct snp_guest *guest = make_full_guest();
    const struct snp_guest before = *guest;
    struct witness_context context;

    (void)state;
    assert_int_equal(migration_export(MIGRATION_AGENT, MIGRATION_GUEST, 0, &context), 0);
    assert_memory_equal(context.digest, guest->digest, 48);
    assert_memory_equal(context.oek, guest->oek, 32);
    assert_memory_equal(context.vmpck, guest->vmpck, sizeof(context.vmpck));
    assert_memory_equal(context.vmrk, guest->vmrk, 32);
    assert_memory_equal(context.host_data, guest->host_data, 32);
    assert_memory_equal(context.id_key_digest, guest->id_key_digest, 48);
    assert_memory_equal(context.author_key_digest, guest->author_key_digest, 48);
    assert_memory_equal(context.report_id, guest->report_id, 32);
    assert_memory_equal(context.imd, guest->imd, 48);
    assert_memory_equal(context.message_count, guest->message_count, 32);
    assert_memory_equal(context.root_mdata, &guest->root_mdata, 64);
    assert_int_equal(context.flags, 3);
    assert_int_equal(context.policy, guest->policy);
    assert_int_equal(context.state, SNP_GUEST_RUNNING);
    assert_int_equal(context.oek_count, 0x1234567890);
    assert_memory_equal(context.id_block, &guest->id_block, 96);
    assert_memory_equal(context.gosvw, guest->gosvw, 16);
    assert_memory_equal(guest, &before, sizeof(before));
}

static void an_imported_guest_is_the_same_but_for_its_ids_and_its_memorys_key(void **state)
{
    const struct snp_guest exported = *make_full_guest();
    const struct snp_guest agent = *message_guest(MIGRATION_OTHER_AGENT);
    struct witness_context context;
    struct snp_guest expected;
    const struct snp_guest *guest;

    (void)state;
    assert_int_equal(migration_export(MIGRATION_AGENT, MIGRATION_GUEST, 0, &context), 0);
    snp_add_mitigations(0x10);
    assert_int_equal(snp_create(MIGRATION_TARGET), SEV_STATUS_SUCCESS);
    assert_int_equal(migration_import(MIGRATION_OTHER_AGENT, MIGRATION_TARGET, &context), 0);
    guest = message_guest(MIGRATION_TARGET);
    /* What is new here. */
    assert_memory_not_equal(guest->vek, exported.vek, sizeof(guest->vek));
    assert_false(witness_is_zero(guest->vek, sizeof(guest->vek)));
    assert_memory_not_equal(guest->report_id, exported.report_id, 32);
    assert_false(witness_is_zero(guest->report_id, 32));
    assert_memory_equal(guest->report_id_ma, agent.report_id, 32);
    assert_int_equal(guest->agent.paddr, MIGRATION_OTHER_AGENT);
    assert_int_equal(guest->agent.id, agent.id);
    assert_int_equal(guest->launch_tcb, tcb_current());
    assert_int_equal(guest->launch_mitigations, 0x10);
    assert_int_equal(guest->tsc_scale, 1ull << 32);
    assert_int_equal(guest->tsc_offset, 0);
    assert_int_equal(guest->state, SNP_GUEST_RUNNING);
    assert_int_equal(guest->asid, 0);
    /* All else has come along. */
    expected = *guest;
    expected.id = exported.id;
    expected.paddr = exported.paddr;
    expected.agent = exported.agent;
    memcpy(expected.vek, exported.vek, sizeof(expected.vek));
    memcpy(expected.report_id, exported.report_id, 32);
    memcpy(expected.report_id_ma, exported.report_id_ma, 32);
    expected.launch_tcb = exported.launch_tcb;
    expected.launch_mitigations = exported.launch_mitigations;
    expected.tsc_scale = exported.tsc_scale;
    expected.tsc_offset = exported.tsc_offset;
    assert_memory_equal(&expected, &exported, sizeof(expected));
}

static void an_imported_guest_goes_on_talking(void **state)
{
    struct witness_context context;
    struct witness_channel channel = message_channel(2);
    uint8_t request[WITNESS_REPORT_REQ_BYTES];
    static uint8_t answer[WITNESS_REPORT_RSP_BYTES];
    const uint8_t data[64] = {0};
    struct witness_report report;

    (void)state;
    channel.count = make_full_guest()->message_count[2];
    assert_int_equal(migration_export(MIGRATION_AGENT, MIGRATION_GUEST, 0, &context), 0);
    assert_int_equal(snp_create(MIGRATION_TARGET), SEV_STATUS_SUCCESS);
    assert_int_equal(migration_import(MIGRATION_OTHER_AGENT, MIGRATION_TARGET, &context), 0);
    witness_report_request(data, 2, 0, request);
    assert_int_equal(message_ask(MIGRATION_TARGET, &channel, WITNESS_REPORT_REQ, 1, request,
                                 sizeof(request), answer, sizeof(answer)),
                     0);
    assert_sound(witness_report_read(answer + 0x20, &report));
    assert_memory_equal(report.report_id, message_guest(MIGRATION_TARGET)->report_id, 32);
    assert_memory_equal(report.report_id_ma, message_guest(MIGRATION_OTHER_AGENT)->report_id, 32);
    assert_memory_equal(report.measurement, message_guest(MIGRATION_GUEST)->digest, 48);
}

static void each_import_has_ids_and_keys_of_its_own(void **state)
{
    struct witness_context context;
    const struct snp_guest *first;
    const struct snp_guest *second;

    (void)state;
    (void)make_full_guest();
    assert_int_equal(migration_export(MIGRATION_AGENT, MIGRATION_GUEST, 0, &context), 0);
    assert_int_equal(snp_create(SNP_PAGE(8)), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_create(SNP_PAGE(9)), SEV_STATUS_SUCCESS);
    assert_int_equal(migration_import(MIGRATION_AGENT, SNP_PAGE(8), &context), 0);
    assert_int_equal(migration_import(MIGRATION_AGENT, SNP_PAGE(9), &context), 0);
    first = message_guest(SNP_PAGE(8));
    second = message_guest(SNP_PAGE(9));
    assert_memory_not_equal(first->report_id, second->report_id, 32);
    assert_memory_not_equal(first->vek, second->vek, sizeof(first->vek));
}

static void only_the_guests_own_agent_exports_it(void **state)
{
    struct snp_guest *guest = migration_make_guest(MIGRATION_GUEST, MIGRATION_AGENT);
    struct witness_context context;

    (void)state;
    assert_int_equal(migration_export(MIGRATION_OTHER_AGENT, MIGRATION_GUEST, 0, &context),
                     MIGRATION_INVALID_PARAM);
    assert_int_equal(migration_export(MIGRATION_AGENT, MIGRATION_AGENT, 0, &context),
                     MIGRATION_INVALID_PARAM);
    assert_int_equal(migration_export(MIGRATION_AGENT, MIGRATION_OTHER_AGENT, 0, &context),
                     MIGRATION_INVALID_PARAM);
    assert_int_equal(migration_export(MIGRATION_GUEST, MIGRATION_GUEST, 0, &context),
                     MIGRATION_INVALID_PARAM);
    assert_int_equal(migration_export(MIGRATION_AGENT, SNP_PAGE(9), 0, &context),
                     MIGRATION_INVALID_GUEST);
    assert_int_equal(migration_export(MIGRATION_AGENT, MIGRATION_GUEST + 8, 0, &context),
                     MIGRATION_INVALID_GUEST);
    assert_int_equal(migration_export(MIGRATION_AGENT, 1ull << 50, 0, &context),
                     MIGRATION_INVALID_GUEST);
    assert_int_equal(migration_export(MIGRATION_AGENT, MIGRATION_GUEST | BOARD_C_BIT, 0, &context),
                     0);
    /* A new guest in the page of the old agent is another one. */
    guest->agent.id++;
    assert_int_equal(migration_export(MIGRATION_AGENT, MIGRATION_GUEST, 0, &context),
                     MIGRATION_INVALID_PARAM);
}

static void guests_that_run_are_exported_and_with_an_image_those_that_begin(void **state)
{
    struct snp_guest *guest = migration_make_guest(MIGRATION_GUEST, MIGRATION_AGENT);
    struct witness_context context;

    (void)state;
    for (uint8_t is = SNP_GUEST_INIT; is <= SNP_GUEST_RUNNING; is++) {
        for (unsigned has_imi = 0; has_imi < 2; has_imi++) {
            for (uint32_t flags = 0; flags < 2; flags++) {
                const bool allowed =
                    flags == 0 ? is == SNP_GUEST_RUNNING : has_imi != 0 && is != SNP_GUEST_INIT;

                guest->state = is;
                guest->has_imi = has_imi != 0;
                assert_int_equal(
                    migration_export(MIGRATION_AGENT, MIGRATION_GUEST, flags, &context),
                    allowed ? 0 : MIGRATION_INVALID_PARAM);
                assert_true(!allowed || context.state == is);
            }
        }
    }
    guest->has_imi = true;
    assert_int_equal(migration_export(MIGRATION_AGENT, MIGRATION_GUEST, 2, &context),
                     MIGRATION_INVALID_PARAM);
    assert_int_equal(migration_export(MIGRATION_AGENT, MIGRATION_GUEST, 1u << 31, &context),
                     MIGRATION_INVALID_PARAM);
}

static void a_root_key_is_given_once_and_while_the_guest_is_launched(void **state)
{
    struct snp_guest *guest = migration_make_guest(MIGRATION_GUEST, MIGRATION_AGENT);
    const uint8_t zeros[32] = {0};
    uint8_t vmrk[32];

    (void)state;
    fill_pattern(vmrk, sizeof(vmrk));
    guest->state = SNP_GUEST_LAUNCH;
    memset(guest->vmrk, 0, sizeof(guest->vmrk));
    guest->has_vmrk = false;
    assert_int_equal(migration_vmrk(MIGRATION_OTHER_AGENT, MIGRATION_GUEST, vmrk),
                     MIGRATION_INVALID_PARAM);
    assert_int_equal(migration_vmrk(MIGRATION_AGENT, SNP_PAGE(9), vmrk), MIGRATION_INVALID_GUEST);
    assert_int_equal(migration_vmrk(MIGRATION_AGENT, MIGRATION_GUEST, zeros),
                     MIGRATION_INVALID_PARAM);
    for (uint8_t is = SNP_GUEST_INIT; is <= SNP_GUEST_RUNNING; is++) {
        if (is != SNP_GUEST_LAUNCH) {
            guest->state = is;
            assert_int_equal(migration_vmrk(MIGRATION_AGENT, MIGRATION_GUEST, vmrk),
                             MIGRATION_INVALID_PARAM);
        }
    }
    guest->state = SNP_GUEST_LAUNCH;
    assert_false(guest->has_vmrk);
    assert_int_equal(migration_vmrk(MIGRATION_AGENT, MIGRATION_GUEST, vmrk), 0);
    assert_true(guest->has_vmrk);
    assert_memory_equal(guest->vmrk, vmrk, sizeof(vmrk));
    vmrk[0] ^= 1;
    assert_int_equal(migration_vmrk(MIGRATION_AGENT, MIGRATION_GUEST, vmrk),
                     MIGRATION_INVALID_PARAM);
    assert_memory_not_equal(guest->vmrk, vmrk, sizeof(vmrk));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_export_has_the_whole_context_but_for_the_memorys_key,
                               migration_boot),
        cmocka_unit_test_setup(an_imported_guest_is_the_same_but_for_its_ids_and_its_memorys_key,
                               migration_boot),
        cmocka_unit_test_setup(an_imported_guest_goes_on_talking, migration_boot),
        cmocka_unit_test_setup(each_import_has_ids_and_keys_of_its_own, migration_boot),
        cmocka_unit_test_setup(only_the_guests_own_agent_exports_it, migration_boot),
        cmocka_unit_test_setup(guests_that_run_are_exported_and_with_an_image_those_that_begin,
                               migration_boot),
        cmocka_unit_test_setup(a_root_key_is_given_once_and_while_the_guest_is_launched,
                               migration_boot),
    };

    return cmocka_run_group_tests_name("migration of SNP guests", tests, NULL, NULL);
}
