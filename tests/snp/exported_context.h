/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's context as a migration agent carries it (section 9.3), and the messages around it.
 *
 *     EXPORT_RSP: witness_export_read(payload, &context) after witness_response()
 *     IMPORT_REQ: witness_import_write(gctx_paddr, &context, payload), then witness_request()
 */
#ifndef TESTS_SNP_EXPORTED_CONTEXT_H
#define TESTS_SNP_EXPORTED_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WITNESS_CONTEXT_BYTES 0x300u
#define WITNESS_CONTEXT_MESSAGE_BYTES 0x320u
#define WITNESS_CONTEXT_AT 0x20u /**< Of the context in its message. */

/** The context, version 2. */
struct witness_context {
    uint8_t digest[48];
    uint8_t oek[32];
    uint8_t vmpck[4][32];
    uint8_t vmrk[32];
    uint8_t host_data[32];
    uint8_t id_key_digest[48];
    uint8_t author_key_digest[48];
    uint8_t report_id[32];
    uint8_t imd[48];
    uint64_t message_count[4];
    uint8_t root_mdata[64]; /**< swap_entry.h */
    uint64_t flags;         /**< bit 0 AUTHOR_KEY_EN, bit 1 ID_BLOCK_EN */
    uint64_t policy;
    uint8_t state; /**< 1 LAUNCH, 2 RUNNING */
    uint64_t oek_count;
    uint8_t id_block[96]; /**< id_block.h */
    uint8_t gosvw[16];
};

/** One field of the context: the table of them covers each byte that is not reserved. */
struct witness_context_field {
    const char *name;
    size_t offset; /**< In the 300h bytes. */
    size_t size;
    size_t member; /**< Offset in struct witness_context. */
    bool number;
};

extern const struct witness_context_field witness_context_fields[];
extern const size_t witness_context_field_count;

/**
 * Reads a context.
 *
 * @return NULL, or what is wrong: a reserved byte, a state that is not exported, an unknown flag, a
 *         part that is there without its flag
 */
const char *witness_context_read(const uint8_t bytes[WITNESS_CONTEXT_BYTES],
                                 struct witness_context *context);

/** Writes a context, whatever it holds. */
void witness_context_write(const struct witness_context *context,
                           uint8_t bytes[WITNESS_CONTEXT_BYTES]);

/** Reads EXPORT_RSP. @return NULL, or what is wrong, "status of the export" for one that is not 0 */
const char *witness_export_read(const uint8_t payload[WITNESS_CONTEXT_MESSAGE_BYTES],
                                struct witness_context *context);

/**
 * Writes IMPORT_REQ, ABSORB_REQ or ABSORB_NOMA_REQ.
 *
 * @param gctx_paddr  of the target; 0 for ABSORB_NOMA
 */
void witness_import_write(uint64_t gctx_paddr, const struct witness_context *context,
                          uint8_t payload[WITNESS_CONTEXT_MESSAGE_BYTES]);

#endif
