/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's context as a migration agent carries it (exported_context.h).
 */
#include "tests/snp/exported_context.h"

#include <string.h>

#include "tests/snp/bytes.h"

#define FLAG_AUTHOR_KEY 1u
#define FLAG_ID_BLOCK 2u
#define FLAGS_KNOWN (FLAG_AUTHOR_KEY | FLAG_ID_BLOCK)

#define STATE_LAUNCH 1u
#define STATE_RUNNING 2u

#define RESERVED_231 0x231u
#define RESERVED_2B0 0x2B0u

#define CONTEXT_VERSION 2u

#define FIELD(title, at, bytes, name, is_number)                                                   \
    {                                                                                              \
        title, at, bytes, offsetof(struct witness_context, name), is_number                        \
    }

const struct witness_context_field witness_context_fields[] = {
    FIELD("LD", 0x000, 48, digest, false),
    FIELD("OEK", 0x030, 32, oek, false),
    FIELD("VMPCK0", 0x050, 32, vmpck[0], false),
    FIELD("VMPCK1", 0x070, 32, vmpck[1], false),
    FIELD("VMPCK2", 0x090, 32, vmpck[2], false),
    FIELD("VMPCK3", 0x0B0, 32, vmpck[3], false),
    FIELD("VMRK", 0x0D0, 32, vmrk, false),
    FIELD("HOST_DATA", 0x0F0, 32, host_data, false),
    FIELD("ID_KEY_DIGEST", 0x110, 48, id_key_digest, false),
    FIELD("AUTHOR_KEY_DIGEST", 0x140, 48, author_key_digest, false),
    FIELD("REPORT_ID", 0x170, 32, report_id, false),
    FIELD("IMD", 0x190, 48, imd, false),
    FIELD("message counter 0", 0x1C0, 8, message_count[0], true),
    FIELD("message counter 1", 0x1C8, 8, message_count[1], true),
    FIELD("message counter 2", 0x1D0, 8, message_count[2], true),
    FIELD("message counter 3", 0x1D8, 8, message_count[3], true),
    FIELD("root metadata entry", 0x1E0, 64, root_mdata, false),
    FIELD("flags", 0x220, 8, flags, true),
    FIELD("POLICY", 0x228, 8, policy, true),
    FIELD("STATE", 0x230, 1, state, false),
    FIELD("OEK IV count", 0x238, 8, oek_count, true),
    FIELD("ID block", 0x240, 96, id_block, false),
    FIELD("GOSVW", 0x2A0, 16, gosvw, false),
};

const size_t witness_context_field_count =
    sizeof witness_context_fields / sizeof witness_context_fields[0];

static const char *check(const struct witness_context *context)
{
    const bool has_id_block = (context->flags & FLAG_ID_BLOCK) != 0;
    const bool has_author = (context->flags & FLAG_AUTHOR_KEY) != 0;

    if (context->state != STATE_LAUNCH && context->state != STATE_RUNNING) {
        return "STATE";
    }
    if ((context->flags & ~(uint64_t)FLAGS_KNOWN) != 0) {
        return "flags";
    }
    if (has_author && !has_id_block) {
        return "an author key without an ID block";
    }
    if (!has_id_block &&
        (!witness_is_zero(context->id_block, sizeof context->id_block) ||
         !witness_is_zero(context->id_key_digest, sizeof context->id_key_digest))) {
        return "an ID block without its flag";
    }
    if (!has_author &&
        !witness_is_zero(context->author_key_digest, sizeof context->author_key_digest)) {
        return "an author key without its flag";
    }
    return NULL;
}

const char *witness_context_read(const uint8_t bytes[WITNESS_CONTEXT_BYTES],
                                 struct witness_context *context)
{
    memset(context, 0, sizeof *context);
    for (size_t i = 0; i < witness_context_field_count; i++) {
        const struct witness_context_field *field = &witness_context_fields[i];
        uint8_t *member = (uint8_t *)context + field->member;

        if (field->number) {
            const uint64_t value = witness_load64(bytes + field->offset);
            memcpy(member, &value, sizeof value);
        } else {
            memcpy(member, bytes + field->offset, field->size);
        }
    }
    if (!witness_is_zero(bytes + RESERVED_231, 7)) {
        return "reserved bytes at 231h";
    }
    if (!witness_is_zero(bytes + RESERVED_2B0, WITNESS_CONTEXT_BYTES - RESERVED_2B0)) {
        return "reserved bytes at 2B0h";
    }
    return check(context);
}

void witness_context_write(const struct witness_context *context,
                           uint8_t bytes[WITNESS_CONTEXT_BYTES])
{
    memset(bytes, 0, WITNESS_CONTEXT_BYTES);
    for (size_t i = 0; i < witness_context_field_count; i++) {
        const struct witness_context_field *field = &witness_context_fields[i];
        const uint8_t *member = (const uint8_t *)context + field->member;

        if (field->number) {
            uint64_t value;
            memcpy(&value, member, sizeof value);
            witness_store64(bytes + field->offset, value);
        } else {
            memcpy(bytes + field->offset, member, field->size);
        }
    }
}

const char *witness_export_read(const uint8_t payload[WITNESS_CONTEXT_MESSAGE_BYTES],
                                struct witness_context *context)
{
    if (witness_load32(payload) != 0) {
        return witness_is_zero(payload + 4, WITNESS_CONTEXT_MESSAGE_BYTES - 4)
                   ? "status of the export"
                   : "contents beside a status";
    }
    if (witness_load32(payload + 4) != WITNESS_CONTEXT_BYTES) {
        return "size of the context";
    }
    if (witness_load32(payload + 8) != CONTEXT_VERSION) {
        return "version of the context";
    }
    if (!witness_is_zero(payload + 12, WITNESS_CONTEXT_AT - 12)) {
        return "reserved bytes of the export";
    }
    return witness_context_read(payload + WITNESS_CONTEXT_AT, context);
}

void witness_import_write(uint64_t gctx_paddr, const struct witness_context *context,
                          uint8_t payload[WITNESS_CONTEXT_MESSAGE_BYTES])
{
    memset(payload, 0, WITNESS_CONTEXT_AT);
    witness_store64(payload, gctx_paddr);
    witness_store32(payload + 8, WITNESS_CONTEXT_BYTES);
    witness_store32(payload + 12, CONTEXT_VERSION);
    witness_context_write(context, payload + WITNESS_CONTEXT_AT);
}
