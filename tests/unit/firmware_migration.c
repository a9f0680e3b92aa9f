/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Migration agents and their messages (firmware_migration.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/snp/payload.h"
#include "tests/snp/testing.h"
#include "tests/unit/firmware_migration.h"

int migration_boot(void **state)
{
    (void)message_boot(state);
    (void)message_make_guest(MIGRATION_OTHER_AGENT);
    return 0;
}

struct snp_guest *migration_make_guest(uint64_t gctx, uint64_t agent)
{
    struct snp_guest *guest = message_make_guest(gctx);

    guest->has_imi = true;
    guest->policy |= SNP_POLICY_MIGRATE_MA;
    if (agent != 0) {
        guest->agent = (struct snp_agent){.paddr = agent, .id = message_guest(agent)->id};
        memcpy(guest->report_id_ma, message_guest(agent)->report_id, sizeof(guest->report_id_ma));
    }
    return guest;
}

/** The next message of a guest. @param[out] answer  @p answer_size bytes. @return STATUS */
static uint32_t ask(uint64_t gctx, uint8_t type, const void *payload, uint16_t size, void *answer,
                    uint16_t answer_size)
{
    struct witness_channel channel = message_channel(0);

    memcpy(channel.vmpck, message_guest(gctx)->vmpck[0], sizeof(channel.vmpck));
    channel.count = message_guest(gctx)->message_count[0];
    return message_ask(gctx, &channel, type, 1, payload, size, answer, answer_size);
}

uint32_t migration_send(uint64_t agent, uint8_t type, const void *payload, uint16_t size)
{
    uint8_t answer[WITNESS_STATUS_RSP_BYTES];
    uint32_t status = 0;

    (void)ask(agent, type, payload, size, answer, sizeof(answer));
    assert_sound(witness_status_response(answer, &status));
    return status;
}

uint32_t migration_export(uint64_t agent, uint64_t gctx, uint32_t flags,
                          struct witness_context *context)
{
    static uint8_t answer[WITNESS_CONTEXT_MESSAGE_BYTES];
    uint8_t request[WITNESS_EXPORT_REQ_BYTES];
    uint32_t status;

    witness_export_request(gctx, false, request);
    witness_store32(request + 8, flags);
    status = ask(agent, WITNESS_EXPORT_REQ, request, sizeof(request), answer, sizeof(answer));
    if (status == 0) {
        assert_sound(witness_export_read(answer, context));
    }
    return status;
}

static uint32_t send_context(uint64_t sender, uint8_t type, uint64_t gctx,
                             const struct witness_context *context)
{
    static uint8_t request[WITNESS_CONTEXT_MESSAGE_BYTES];

    witness_import_write(gctx, context, request);
    return migration_send(sender, type, request, sizeof(request));
}

uint32_t migration_import(uint64_t agent, uint64_t gctx, const struct witness_context *context)
{
    return send_context(agent, WITNESS_IMPORT_REQ, gctx, context);
}

uint32_t migration_absorb(uint64_t agent, uint64_t gctx, const struct witness_context *context)
{
    return send_context(agent, WITNESS_ABSORB_REQ, gctx, context);
}

uint32_t migration_absorb_noma(uint64_t gctx, const struct witness_context *context)
{
    return send_context(gctx, WITNESS_ABSORB_NOMA_REQ, 0, context);
}

uint32_t migration_vmrk(uint64_t agent, uint64_t gctx, const uint8_t vmrk[32])
{
    uint8_t request[WITNESS_VMRK_REQ_BYTES];

    witness_vmrk_request(gctx, vmrk, request);
    return migration_send(agent, WITNESS_VMRK_REQ, request, sizeof(request));
}

void migration_describe(const struct snp_guest *guest, struct witness_context *context)
{
    *context = (struct witness_context){
        .flags = (guest->has_author_key ? 1u : 0u) | (guest->has_id_block ? 2u : 0u),
        .policy = guest->policy,
        .state = SNP_GUEST_RUNNING,
        .oek_count = guest->oek_count,
    };
    memcpy(context->digest, guest->digest, sizeof(context->digest));
    memcpy(context->oek, guest->oek, sizeof(context->oek));
    memcpy(context->vmpck, guest->vmpck, sizeof(context->vmpck));
    memcpy(context->vmrk, guest->vmrk, sizeof(context->vmrk));
    memcpy(context->host_data, guest->host_data, sizeof(context->host_data));
    memcpy(context->id_key_digest, guest->id_key_digest, sizeof(context->id_key_digest));
    memcpy(context->author_key_digest, guest->author_key_digest,
           sizeof(context->author_key_digest));
    memcpy(context->report_id, guest->report_id, sizeof(context->report_id));
    memcpy(context->imd, guest->imd, sizeof(context->imd));
    memcpy(context->message_count, guest->message_count, sizeof(context->message_count));
    memcpy(context->root_mdata, &guest->root_mdata, sizeof(context->root_mdata));
    memcpy(context->id_block, &guest->id_block, sizeof(context->id_block));
    memcpy(context->gosvw, guest->gosvw, sizeof(context->gosvw));
}
