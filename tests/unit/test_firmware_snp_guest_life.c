/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From launch to migration by commands and messages alone: a guest finds its keys in the SECRETS page,
 * its report says what was launched, and its agent takes it to another agent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/tcb.h"

#include "tests/snp/derived_key.h"
#include "tests/snp/launch_digest.h"
#include "tests/snp/payload.h"
#include "tests/snp/testing.h"
#include "tests/unit/firmware_migration.h"
#include "tests/unit/firmware_oracle.h"
#include "tests/unit/firmware_snp_launch.h"
#include "tests/unit/firmware_witness_keys.h"

#define AGENT SNP_PAGE(1)
#define OTHER_AGENT SNP_PAGE(2)
#define GUEST SNP_PAGE(3)
#define TARGET SNP_PAGE(4)
#define GUEST_ASID 5u
#define TARGET_ASID 6u
#define PLAINTEXT 0xC3u
#define MIGRATABLE (LAUNCH_POLICY | SNP_POLICY_MIGRATE_MA)

static int boot(void **state)
{
    (void)snp_boot_init(state);
    snp_give(MESSAGE_RESPONSE);
    return 0;
}

/** A guest without pages that runs. */
static void make_agent(uint64_t gctx, uint32_t asid)
{
    launch_make(gctx, asid, LAUNCH_POLICY, 0);
    assert_int_equal(launch_finish(gctx), SEV_STATUS_SUCCESS);
}

/** A guest of AGENT in LAUNCH. */
static void begin(uint64_t gctx, uint32_t asid, uint32_t flags)
{
    const struct snp_launch_start start = {
        .gctx_paddr = gctx,
        .policy = MIGRATABLE,
        .ma_gctx_paddr = AGENT,
        .flags = SNP_LAUNCH_MA_EN | flags,
    };

    assert_int_equal(snp_create(gctx), SEV_STATUS_SUCCESS);
    assert_int_equal(launch_start_with(&start), SEV_STATUS_SUCCESS);
    assert_int_equal(launch_activate(gctx, asid), SEV_STATUS_SUCCESS);
}

/** Adds a page, and measures it. */
static void add(uint64_t gctx, uint32_t asid, const struct witness_page *page, uint64_t paddr,
                struct witness_launch *launch)
{
    const struct snp_launch_update parameters = {
        .gctx_paddr = gctx,
        .flags = (uint32_t)page->type << 1 | (page->imi ? SNP_LAUNCH_IMI_PAGE : 0),
        .page_paddr = paddr,
    };
    uint8_t plaintext[SNP_PAGE_BYTES];

    memset(plaintext, PLAINTEXT, sizeof(plaintext));
    memcpy(board_dram(paddr), plaintext, sizeof(plaintext));
    snp_assign(paddr, asid, page->gpa);
    assert_int_equal(launch_update(&parameters), SEV_STATUS_SUCCESS);
    witness_launch_page(launch, page, plaintext);
}

static struct witness_report report_of(uint64_t gctx, struct witness_channel *channel)
{
    static uint8_t answer[WITNESS_REPORT_RSP_BYTES];
    uint8_t request[WITNESS_REPORT_REQ_BYTES];
    const uint8_t data[64] = {0};
    struct witness_report report;

    witness_report_request(data, 0, 0, request);
    assert_int_equal(message_ask(gctx, channel, WITNESS_REPORT_REQ, 1, request, sizeof(request),
                                 answer, sizeof(answer)),
                     0);
    assert_sound(witness_report_read(answer + 0x20, &report));
    assert_sound(witness_report_judge(&report, &witness_milan));
    assert_true(witness_keys_vcek_signed(answer + 0x20, tcb_current()));
    return report;
}

/** The channel of VMPCK 0, which the guest finds in its SECRETS page. */
static struct witness_channel channel_in(uint32_t asid, uint64_t secrets)
{
    struct witness_channel channel = {.key_id = 0};

    oracle_read_memory(asid, secrets + offsetof(struct snp_secrets_page, vmpck), channel.vmpck,
                       sizeof(channel.vmpck));
    return channel;
}

/** The key that follows from the VMRK. */
static void vmrk_key(uint64_t gctx, struct witness_channel *channel, uint8_t key[32])
{
    const struct witness_key_request request = {
        .version = 1, .key_select = 1, .field_select = WITNESS_FIELD_MEASUREMENT};
    uint8_t answer[WITNESS_KEY_RSP_BYTES];
    uint8_t payload[0x28];
    const uint16_t size = witness_key_payload(&request, payload);
    uint32_t status;

    assert_int_equal(
        message_ask(gctx, channel, WITNESS_KEY_REQ, 1, payload, size, answer, sizeof(answer)), 0);
    assert_sound(witness_key_response(answer, &status, key));
}

static void a_report_says_what_was_launched(void **state)
{
    const struct witness_page code = {.type = WITNESS_PAGE_NORMAL, .gpa = 0xFFFFF000};
    const struct witness_page secrets = {.type = WITNESS_PAGE_SECRETS, .gpa = 0x80D000};
    struct witness_launch launch = {.digest = {0}};
    struct witness_channel channel;
    struct witness_report report;

    (void)state;
    launch_make(GUEST, GUEST_ASID, LAUNCH_POLICY, 0);
    add(GUEST, GUEST_ASID, &code, SNP_PAGE(32), &launch);
    add(GUEST, GUEST_ASID, &secrets, SNP_PAGE(33), &launch);
    assert_int_equal(launch_finish(GUEST), SEV_STATUS_SUCCESS);
    channel = channel_in(GUEST_ASID, SNP_PAGE(33));
    report = report_of(GUEST, &channel);
    assert_memory_equal(report.measurement, launch.digest, 48);
    assert_int_equal(report.policy, LAUNCH_POLICY);
    assert_int_equal(report.launch_tcb, tcb_current());
}

static void a_guest_goes_from_agent_to_agent_and_keeps_its_keys(void **state)
{
    const struct witness_page secrets = {.type = WITNESS_PAGE_SECRETS, .gpa = 0x80D000};
    struct witness_launch launch = {.digest = {0}};
    struct witness_context context;
    struct witness_channel channel;
    struct witness_report before;
    struct witness_report after;
    uint8_t vmrk[32];
    uint8_t key[32];
    uint8_t same[32];

    (void)state;
    make_agent(AGENT, 2);
    make_agent(OTHER_AGENT, 3);
    begin(GUEST, GUEST_ASID, 0);
    fill_pattern(vmrk, sizeof(vmrk));
    assert_int_equal(migration_vmrk(OTHER_AGENT, GUEST, vmrk), MIGRATION_INVALID_PARAM);
    assert_int_equal(migration_vmrk(AGENT, GUEST, vmrk), 0);
    add(GUEST, GUEST_ASID, &secrets, SNP_PAGE(33), &launch);
    assert_int_equal(launch_finish(GUEST), SEV_STATUS_SUCCESS);
    channel = channel_in(GUEST_ASID, SNP_PAGE(33));
    before = report_of(GUEST, &channel);
    assert_memory_equal(before.report_id_ma, message_guest(AGENT)->report_id, 32);
    vmrk_key(GUEST, &channel, key);
    assert_int_equal(migration_export(AGENT, GUEST, 0, &context), 0);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, GUEST), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_create(TARGET), SEV_STATUS_SUCCESS);
    assert_int_equal(migration_import(OTHER_AGENT, TARGET, &context), 0);
    assert_int_equal(launch_activate(TARGET, TARGET_ASID), SEV_STATUS_SUCCESS);
    after = report_of(TARGET, &channel);
    assert_memory_equal(after.measurement, launch.digest, 48);
    assert_memory_equal(after.report_id_ma, message_guest(OTHER_AGENT)->report_id, 32);
    assert_memory_not_equal(after.report_id, before.report_id, 32);
    vmrk_key(TARGET, &channel, same);
    assert_memory_equal(key, same, sizeof(key));
}

/** @return STATUS of ABSORB by a guest with the image, and perhaps a page besides */
static uint32_t absorb(const struct witness_context *context, bool with_more)
{
    const struct witness_page image = {.type = WITNESS_PAGE_NORMAL, .imi = true, .gpa = 0x10000};
    const struct witness_page more = {.type = WITNESS_PAGE_NORMAL, .gpa = 0x20000};
    struct witness_launch launch = {.digest = {0}};

    begin(TARGET, TARGET_ASID, SNP_LAUNCH_IMI_EN);
    add(TARGET, TARGET_ASID, &image, SNP_PAGE(40), &launch);
    if (with_more) {
        add(TARGET, TARGET_ASID, &more, SNP_PAGE(41), &launch);
    }
    return migration_absorb(AGENT, TARGET, context);
}

static void a_guest_is_absorbed_by_its_image(void **state)
{
    const struct witness_page image = {.type = WITNESS_PAGE_NORMAL, .imi = true, .gpa = 0x10000};
    const struct witness_page secrets = {.type = WITNESS_PAGE_SECRETS, .gpa = 0x80D000};
    struct witness_launch launch = {.digest = {0}};
    struct witness_context context;
    struct witness_channel channel;
    struct witness_report report;

    (void)state;
    make_agent(AGENT, 2);
    begin(GUEST, GUEST_ASID, SNP_LAUNCH_IMI_EN);
    add(GUEST, GUEST_ASID, &secrets, SNP_PAGE(33), &launch);
    add(GUEST, GUEST_ASID, &image, SNP_PAGE(32), &launch);
    assert_int_equal(launch_finish(GUEST), SEV_STATUS_SUCCESS);
    channel = channel_in(GUEST_ASID, SNP_PAGE(33));
    assert_int_equal(migration_export(AGENT, GUEST, SNP_EXPORT_IMI_EN, &context), 0);
    assert_memory_equal(context.imd, launch.imd, 48);
    assert_int_equal(absorb(&context, true), MIGRATION_INVALID_PARAM);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, TARGET), SEV_STATUS_SUCCESS);
    snp_take(SNP_PAGE(40));
    snp_take(SNP_PAGE(41));
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(absorb(&context, false), 0);
    report = report_of(TARGET, &channel);
    assert_memory_equal(report.measurement, launch.digest, 48);
    assert_memory_not_equal(report.report_id, context.report_id, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_report_says_what_was_launched, boot),
        cmocka_unit_test_setup(a_guest_goes_from_agent_to_agent_and_keeps_its_keys, boot),
        cmocka_unit_test_setup(a_guest_is_absorbed_by_its_image, boot),
    };

    return cmocka_run_group_tests_name("life of SNP guests", tests, NULL, NULL);
}
