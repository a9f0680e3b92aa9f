/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contexts that come in, by IMPORT, ABSORB and ABSORB_NOMA: which guest takes which, and what is
 * refused. Who is refused is as before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/fabric.h"
#include "firmware/platform/snp.h"

#include "tests/snp/payload.h"
#include "tests/snp/testing.h"
#include "tests/unit/firmware_migration.h"

/** A context of a guest that ran elsewhere; its incoming migration image is all that it had. */
static struct witness_context arriving;

/** Who takes it, by which message. */
static const struct taker {
    uint8_t type;
    uint64_t sender;
    uint64_t target; /**< As in the message. */
    uint64_t guest;  /**< Who it becomes. */
} takers[] = {
    {WITNESS_IMPORT_REQ, MIGRATION_AGENT, MIGRATION_TARGET, MIGRATION_TARGET},
    {WITNESS_ABSORB_REQ, MIGRATION_AGENT, MIGRATION_GUEST, MIGRATION_GUEST},
    {WITNESS_ABSORB_NOMA_REQ, MIGRATION_OTHER_AGENT, 0, MIGRATION_OTHER_AGENT},
};

#define FOR_EACH_TAKER(t)                                                                          \
    for (const struct taker *t = takers; t < takers + sizeof(takers) / sizeof(takers[0]); t++)

/** An agent; a context in INIT; a guest of the agent in LAUNCH; and a guest without agent. */
static int boot(void **state)
{
    struct snp_guest *lone;
    struct snp_guest *guest;

    (void)migration_boot(state);
    assert_int_equal(snp_create(MIGRATION_TARGET), SEV_STATUS_SUCCESS);
    lone = message_guest(MIGRATION_OTHER_AGENT);
    lone->policy |= SNP_POLICY_MIGRATE_MA;
    guest = migration_make_guest(MIGRATION_GUEST, MIGRATION_AGENT);
    guest->state = SNP_GUEST_LAUNCH;
    memcpy(guest->digest, guest->imd, sizeof(guest->digest));
    /* The same guest as the one without agent, and as the image of the one in LAUNCH. */
    memcpy(lone->imd, guest->imd, sizeof(lone->imd));
    migration_describe(lone, &arriving);
    memset(arriving.oek, 0x71, sizeof(arriving.oek));
    memset(arriving.vmpck, 0x72, sizeof(arriving.vmpck));
    memset(arriving.vmrk, 0x73, sizeof(arriving.vmrk));
    memset(arriving.report_id, 0x74, sizeof(arriving.report_id));
    memset(arriving.root_mdata, 0x75, sizeof(arriving.root_mdata));
    memset(arriving.gosvw, 0x76, sizeof(arriving.gosvw));
    arriving.message_count[0] = 20;
    arriving.message_count[3] = 30;
    arriving.oek_count = 40;
    return 0;
}

static uint32_t send(const struct taker *taker, const struct witness_context *context)
{
    static uint8_t request[WITNESS_CONTEXT_MESSAGE_BYTES];

    witness_import_write(taker->target, context, request);
    return migration_send(taker->sender, taker->type, request, sizeof(request));
}

/** Fails unless a request is refused with that status, and the guest is as before. */
static void assert_request_refused(const struct taker *taker, const uint8_t *request,
                                   uint32_t status)
{
    struct snp_guest before = *message_guest(taker->guest);

    assert_int_equal(
        migration_send(taker->sender, taker->type, request, WITNESS_CONTEXT_MESSAGE_BYTES), status);
    if (taker->sender == taker->guest) {
        before.message_count[0] += 2;
    }
    assert_memory_equal(message_guest(taker->guest), &before, sizeof(before));
}

static void assert_refused(const struct taker *taker, const struct witness_context *context,
                           uint32_t status)
{
    uint8_t request[WITNESS_CONTEXT_MESSAGE_BYTES];

    witness_import_write(taker->target, context, request);
    assert_request_refused(taker, request, status);
}

static void each_taker_gets_keys_and_counters_and_an_id_of_its_own(void **state)
{
    (void)state;
    FOR_EACH_TAKER(taker)
    {
        const struct snp_guest before = *message_guest(taker->guest);
        const struct snp_guest *guest;

        assert_int_equal(send(taker, &arriving), 0);
        guest = message_guest(taker->guest);
        assert_int_equal(guest->state, SNP_GUEST_RUNNING);
        assert_memory_equal(guest->oek, arriving.oek, 32);
        assert_memory_equal(guest->vmpck, arriving.vmpck, sizeof(arriving.vmpck));
        assert_memory_equal(guest->vmrk, arriving.vmrk, 32);
        assert_true(guest->has_vmrk);
        assert_memory_equal(&guest->root_mdata, arriving.root_mdata, 64);
        assert_memory_equal(guest->gosvw, arriving.gosvw, 16);
        assert_memory_equal(guest->message_count, arriving.message_count, 32);
        assert_int_equal(guest->oek_count, 40);
        assert_memory_equal(guest->digest, arriving.digest, 48);
        assert_memory_equal(guest->imd, arriving.imd, 48);
        assert_int_equal(guest->policy, arriving.policy);
        assert_memory_not_equal(guest->report_id, arriving.report_id, 32);
        assert_memory_not_equal(guest->report_id, before.report_id, 32);
        if (taker->type == WITNESS_ABSORB_NOMA_REQ) {
            assert_memory_equal(guest->report_id_ma, before.report_id_ma, 32);
        } else {
            assert_memory_equal(guest->report_id_ma, message_guest(MIGRATION_AGENT)->report_id, 32);
        }
        /* Pages of a guest in LAUNCH or RUNNING are encrypted already. */
        assert_true(before.state == SNP_GUEST_INIT ||
                    memcmp(guest->vek, before.vek, sizeof(before.vek)) == 0);
    }
}

static void a_vmrk_of_zeros_is_none(void **state)
{
    (void)state;
    memset(arriving.vmrk, 0, sizeof(arriving.vmrk));
    FOR_EACH_TAKER(taker)
    {
        assert_int_equal(send(taker, &arriving), 0);
        assert_false(message_guest(taker->guest)->has_vmrk);
    }
}

static void malformed_contexts_are_refused(void **state)
{
    uint8_t request[WITNESS_CONTEXT_MESSAGE_BYTES];
    static const struct {
        size_t at;
        uint8_t value;
    } faults[] = {
        {0x008, 1},         {0x00A, 1},         {0x00C, 1}, /* size, version */
        {0x00C, 3},         {0x010, 1},         {0x01F, 1}, /* version, reserved */
        {0x020 + 0x231, 1}, {0x020 + 0x237, 1}, {0x020 + 0x2B0, 1},
        {0x020 + 0x2FF, 1}, {0x020 + 0x230, 0}, {0x020 + 0x230, 1}, /* reserved, state */
        {0x020 + 0x230, 3}, {0x020 + 0x220, 1}, {0x020 + 0x220, 4}, /* flags */
        {0x020 + 0x227, 1}, {0x020 + 0x110, 1}, {0x020 + 0x140, 1}, /* parts without flag */
        {0x020 + 0x250, 1}, {0x020 + 0x22A, 5}, {0x020 + 0x22B, 4}, /* policy: bit 17, 26 */
    };

    (void)state;
    FOR_EACH_TAKER(taker)
    {
        for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
            witness_import_write(taker->target, &arriving, request);
            assert_int_not_equal(request[faults[i].at], faults[i].value);
            request[faults[i].at] = faults[i].value;
            assert_request_refused(taker, request, MIGRATION_INVALID_PARAM);
        }
        assert_int_equal(send(taker, &arriving), 0);
    }
}

static void policies_that_are_not_kept_here_are_refused(void **state)
{
    static const struct {
        uint64_t set;
        uint64_t clear;
        uint32_t machine;
    } cases[] = {
        {0, SNP_POLICY_MIGRATE_MA, 0},
        {0, SNP_POLICY_SMT, FABRIC_FLAG_SMT},
        {0, 0, FABRIC_FLAG_CXL},
        {SNP_POLICY_MEM_AES_256_XTS, 0, 0},
        {SNP_POLICY_RAPL_DIS, 0, 0},
        {SNP_POLICY_CIPHERTEXT_HIDING, 0, 0},
        {0xFF, 0, 0},
        {0x200, 0, 0},
    };

    (void)state;
    FOR_EACH_TAKER(taker)
    {
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            struct witness_context context = arriving;

            context.policy = (context.policy | cases[i].set) & ~cases[i].clear;
            snp_machine()->flags = cases[i].machine;
            fabric_latch();
            assert_refused(taker, &context, MIGRATION_POLICY_FAILURE);
        }
        snp_machine()->flags = 0;
        fabric_latch();
        assert_int_equal(send(taker, &arriving), 0);
    }
}

static void only_the_first_key_speaks_for_the_guest(void **state)
{
    static const struct {
        uint8_t type;
        uint16_t size;
        uint64_t sender;
        uint64_t target;
    } messages[] = {
        {WITNESS_EXPORT_REQ, 0x10, MIGRATION_AGENT, MIGRATION_GUEST},
        {WITNESS_IMPORT_REQ, 0x320, MIGRATION_AGENT, MIGRATION_TARGET},
        {WITNESS_ABSORB_REQ, 0x320, MIGRATION_AGENT, MIGRATION_GUEST},
        {WITNESS_VMRK_REQ, 0x40, MIGRATION_AGENT, MIGRATION_GUEST},
        {WITNESS_ABSORB_NOMA_REQ, 0x320, MIGRATION_OTHER_AGENT, 0},
    };
    static uint8_t answer[0x320];

    (void)state;
    for (uint8_t key = 0; key < SNP_VMPCKS; key++) {
        for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
            struct witness_channel channel = message_channel(key);
            uint8_t request[0x320];
            uint32_t status;

            (void)boot(NULL);
            message_guest(MIGRATION_GUEST)->has_vmrk = messages[i].type != WITNESS_VMRK_REQ;
            witness_import_write(messages[i].target, &arriving, request);
            if (messages[i].type == WITNESS_EXPORT_REQ) {
                witness_export_request(messages[i].target, true, request);
            }
            if (messages[i].type == WITNESS_VMRK_REQ) {
                witness_vmrk_request(messages[i].target, arriving.vmrk, request);
            }
            status = message_ask(messages[i].sender, &channel, messages[i].type, 1, request,
                                 messages[i].size, answer,
                                 messages[i].type == WITNESS_EXPORT_REQ ? 0x320 : 0x10);
            assert_int_equal(status, key == 0 ? 0 : MIGRATION_INVALID_PARAM);
        }
    }
}

static void import_makes_guests_of_new_contexts_only(void **state)
{
    const struct taker *const taker = &takers[0];
    struct snp_guest *target = message_guest(MIGRATION_TARGET);

    (void)state;
    target->state = SNP_GUEST_LAUNCH;
    assert_refused(taker, &arriving, MIGRATION_INVALID_PARAM);
    target->state = SNP_GUEST_RUNNING;
    assert_refused(taker, &arriving, MIGRATION_INVALID_PARAM);
    assert_int_equal(migration_import(MIGRATION_AGENT, MIGRATION_AGENT, &arriving),
                     MIGRATION_INVALID_PARAM);
    assert_int_equal(migration_import(MIGRATION_AGENT, SNP_PAGE(9), &arriving),
                     MIGRATION_INVALID_GUEST);
    assert_int_equal(migration_import(MIGRATION_AGENT, 0, &arriving), MIGRATION_INVALID_GUEST);
    target->state = SNP_GUEST_INIT;
    message_guest(MIGRATION_AGENT)->policy |= SNP_POLICY_MIGRATE_MA;
    assert_refused(taker, &arriving, MIGRATION_POLICY_FAILURE);
    message_guest(MIGRATION_AGENT)->policy &= ~SNP_POLICY_MIGRATE_MA;
    board_fail_random_after(0, 0);
    assert_refused(taker, &arriving, MIGRATION_HWERROR);
}

static void absorb_wants_the_image_and_nothing_else(void **state)
{
    const struct taker *const taker = &takers[1];
    struct snp_guest *guest = message_guest(MIGRATION_GUEST);
    struct witness_context context = arriving;

    (void)state;
    guest->state = SNP_GUEST_RUNNING;
    assert_refused(taker, &arriving, MIGRATION_INVALID_PARAM);
    guest->state = SNP_GUEST_INIT;
    assert_refused(taker, &arriving, MIGRATION_INVALID_PARAM);
    guest->state = SNP_GUEST_LAUNCH;
    guest->has_imi = false;
    assert_refused(taker, &arriving, MIGRATION_INVALID_PARAM);
    guest->has_imi = true;
    context.imd[47] ^= 1;
    assert_refused(taker, &context, MIGRATION_INVALID_PARAM);
    guest->digest[47] ^= 1; /* A page that is not of the image. */
    assert_refused(taker, &arriving, MIGRATION_INVALID_PARAM);
    guest->digest[47] ^= 1;
    guest->policy |= SNP_POLICY_DEBUG; /* The host may have written where it liked. */
    assert_refused(taker, &arriving, MIGRATION_POLICY_FAILURE);
    guest->policy &= ~SNP_POLICY_DEBUG;
    guest->agent.id ^= 1;
    assert_refused(taker, &arriving, MIGRATION_INVALID_PARAM);
    guest->agent.id ^= 1;
    guest->agent.paddr = MIGRATION_OTHER_AGENT;
    assert_refused(taker, &arriving, MIGRATION_INVALID_PARAM);
    guest->agent.paddr = MIGRATION_AGENT;
    assert_int_equal(migration_absorb(MIGRATION_AGENT, SNP_PAGE(9), &arriving),
                     MIGRATION_INVALID_GUEST);
    board_fail_random_after(0, 0);
    assert_refused(taker, &arriving, MIGRATION_HWERROR);
}

/** Or any guest could have reports that name another. */
static void without_agent_a_guest_stays_who_it_is(void **state)
{
    const struct taker *const taker = &takers[2];
    struct snp_guest *guest = message_guest(MIGRATION_OTHER_AGENT);

    (void)state;
#define REFUSED(change)                                                                            \
    do {                                                                                           \
        struct witness_context context = arriving;                                                 \
        change;                                                                                    \
        assert_refused(taker, &context, MIGRATION_INVALID_PARAM);                                  \
    } while (0)
    REFUSED(context.digest[47] ^= 1);
    REFUSED(context.imd[47] ^= 1);
    REFUSED(context.host_data[31] ^= 1);
    REFUSED(context.policy |= SNP_POLICY_DEBUG);
    REFUSED(context.flags |= 2);
    guest->has_id_block = true;
    guest->has_author_key = true;
    arriving.flags = 3;
    REFUSED(context.id_block[0x54] ^= 1);
    REFUSED(context.id_key_digest[47] ^= 1);
    REFUSED(context.author_key_digest[47] ^= 1);
    REFUSED(context.flags = 2);
    REFUSED(context.flags = 0);
    guest->agent = (struct snp_agent){.paddr = MIGRATION_AGENT, .id = 1};
    REFUSED((void)0);
    guest->agent = (struct snp_agent){.paddr = 0};
#undef REFUSED
    assert_int_equal(migration_import(MIGRATION_AGENT, MIGRATION_AGENT, &arriving),
                     MIGRATION_INVALID_PARAM);
    {
        const struct taker named = {WITNESS_ABSORB_NOMA_REQ, MIGRATION_OTHER_AGENT,
                                    MIGRATION_OTHER_AGENT, MIGRATION_OTHER_AGENT};

        assert_refused(&named, &arriving, MIGRATION_INVALID_PARAM);
    }
    board_fail_random_after(0, 0);
    assert_refused(taker, &arriving, MIGRATION_HWERROR);
}

/** The response is the old key's, with the old number; the next request is the new key's. */
static void a_guest_that_absorbs_goes_on_with_the_new_keys(void **state)
{
    struct witness_channel channel = message_channel(0);
    const uint8_t zeros[0x80] = {0};
    uint8_t answer[0x80];

    (void)state;
    assert_int_equal(migration_absorb_noma(MIGRATION_OTHER_AGENT, &arriving), 0);
    memset(channel.vmpck, 0x72, sizeof(channel.vmpck));
    channel.count = 20;
    assert_int_equal(message_ask(MIGRATION_OTHER_AGENT, &channel, WITNESS_TSC_INFO_REQ, 1, zeros,
                                 sizeof(zeros), answer, sizeof(answer)),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_taker_gets_keys_and_counters_and_an_id_of_its_own, boot),
        cmocka_unit_test_setup(a_vmrk_of_zeros_is_none, boot),
        cmocka_unit_test_setup(malformed_contexts_are_refused, boot),
        cmocka_unit_test_setup(policies_that_are_not_kept_here_are_refused, boot),
        cmocka_unit_test_setup(only_the_first_key_speaks_for_the_guest, boot),
        cmocka_unit_test_setup(import_makes_guests_of_new_contexts_only, boot),
        cmocka_unit_test_setup(absorb_wants_the_image_and_nothing_else, boot),
        cmocka_unit_test_setup(without_agent_a_guest_stays_who_it_is, boot),
        cmocka_unit_test_setup(a_guest_that_absorbs_goes_on_with_the_new_keys, boot),
    };

    return cmocka_run_group_tests_name("incoming contexts", tests, NULL, NULL);
}
