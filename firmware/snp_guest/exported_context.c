/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exported contexts (exported_context.h). A VMRK of zeros stands for none.
 */
#include "firmware/snp_guest/exported_context.h"

#include <string.h>

#include "firmware/snp_guest/message_kind.h"
#include "firmware/snp_guest/policy.h"

#define KNOWN_FLAGS (SNP_CONTEXT_AUTHOR_KEY_EN | SNP_CONTEXT_ID_BLOCK_EN)

void exported_context_make(const struct snp_guest *guest, struct snp_exported_context *context)
{
    memset(context, 0, sizeof *context);
    memcpy(context->digest, guest->digest, sizeof context->digest);
    memcpy(context->oek, guest->oek, sizeof context->oek);
    memcpy(context->vmpck, guest->vmpck, sizeof context->vmpck);
    memcpy(context->vmrk, guest->vmrk, sizeof context->vmrk);
    memcpy(context->host_data, guest->host_data, sizeof context->host_data);
    memcpy(context->id_key_digest, guest->id_key_digest, sizeof context->id_key_digest);
    memcpy(context->author_key_digest, guest->author_key_digest, sizeof context->author_key_digest);
    memcpy(context->report_id, guest->report_id, sizeof context->report_id);
    memcpy(context->imd, guest->imd, sizeof context->imd);
    memcpy(context->message_count, guest->message_count, sizeof context->message_count);
    context->root_mdata = guest->root_mdata;
    context->flags = (guest->has_author_key ? SNP_CONTEXT_AUTHOR_KEY_EN : 0) |
                     (guest->has_id_block ? SNP_CONTEXT_ID_BLOCK_EN : 0);
    context->policy = guest->policy;
    context->state = guest->state;
    context->oek_count = guest->oek_count;
    context->id_block = guest->id_block;
    memcpy(context->gosvw, guest->gosvw, sizeof context->gosvw);
}

/** Whether the parts of an ID block are there with their flags only. */
static bool flags_are_sound(const struct snp_exported_context *context)
{
    const bool has_id_block = (context->flags & SNP_CONTEXT_ID_BLOCK_EN) != 0;
    const bool has_author = (context->flags & SNP_CONTEXT_AUTHOR_KEY_EN) != 0;

    return (context->flags & ~KNOWN_FLAGS) == 0 && (has_id_block || !has_author) &&
           (has_id_block ||
            (message_is_zero(&context->id_block, sizeof context->id_block) &&
             message_is_zero(context->id_key_digest, sizeof context->id_key_digest))) &&
           (has_author ||
            message_is_zero(context->author_key_digest, sizeof context->author_key_digest));
}

enum sev_status exported_context_check(const struct snp_exported_context *context)
{
    enum sev_status status = snp_policy_check_form(context->policy);

    if (context->state != SNP_GUEST_RUNNING || !flags_are_sound(context) ||
        !message_is_zero(context->reserved_231, sizeof context->reserved_231) ||
        !message_is_zero(context->reserved_2b0, sizeof context->reserved_2b0)) {
        status = SEV_STATUS_INVALID_PARAM;
    }
    if (status == SEV_STATUS_SUCCESS && (context->policy & SNP_POLICY_MIGRATE_MA) == 0) {
        status = SEV_STATUS_POLICY_FAILURE;
    }
    return status == SEV_STATUS_SUCCESS ? snp_policy_check_platform(context->policy) : status;
}

bool exported_context_is_of(const struct snp_exported_context *context,
                            const struct snp_guest *guest)
{
    return context->policy == guest->policy &&
           ((context->flags & SNP_CONTEXT_ID_BLOCK_EN) != 0) == guest->has_id_block &&
           ((context->flags & SNP_CONTEXT_AUTHOR_KEY_EN) != 0) == guest->has_author_key &&
           crypto_equal(context->digest, guest->digest, sizeof context->digest) &&
           crypto_equal(context->imd, guest->imd, sizeof context->imd) &&
           crypto_equal(context->host_data, guest->host_data, sizeof context->host_data) &&
           crypto_equal(&context->id_block, &guest->id_block, sizeof context->id_block) &&
           crypto_equal(context->id_key_digest, guest->id_key_digest,
                        sizeof context->id_key_digest) &&
           crypto_equal(context->author_key_digest, guest->author_key_digest,
                        sizeof context->author_key_digest);
}

void exported_context_take_identity(const struct snp_exported_context *context,
                                    struct snp_guest *guest)
{
    guest->policy = context->policy;
    guest->has_id_block = (context->flags & SNP_CONTEXT_ID_BLOCK_EN) != 0;
    guest->has_author_key = (context->flags & SNP_CONTEXT_AUTHOR_KEY_EN) != 0;
    guest->id_block = context->id_block;
    guest->has_imi = !message_is_zero(context->imd, sizeof context->imd);
    memcpy(guest->digest, context->digest, sizeof guest->digest);
    memcpy(guest->imd, context->imd, sizeof guest->imd);
    memcpy(guest->host_data, context->host_data, sizeof guest->host_data);
    memcpy(guest->id_key_digest, context->id_key_digest, sizeof guest->id_key_digest);
    memcpy(guest->author_key_digest, context->author_key_digest, sizeof guest->author_key_digest);
}

void exported_context_take_keys(const struct snp_exported_context *context, struct snp_guest *guest)
{
    static const uint8_t none[SNP_KEY_BYTES];

    memcpy(guest->oek, context->oek, sizeof guest->oek);
    guest->oek_count = context->oek_count;
    guest->root_mdata = context->root_mdata;
    memcpy(guest->vmpck, context->vmpck, sizeof guest->vmpck);
    memcpy(guest->message_count, context->message_count, sizeof guest->message_count);
    memcpy(guest->vmrk, context->vmrk, sizeof guest->vmrk);
    guest->has_vmrk = !crypto_equal(context->vmrk, none, sizeof none);
    memcpy(guest->gosvw, context->gosvw, sizeof guest->gosvw);
}
