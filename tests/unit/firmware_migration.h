/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Migration agents and their messages, for unit tests, on the board of firmware_snp.h.
 */
#ifndef TESTS_UNIT_FIRMWARE_MIGRATION_H
#define TESTS_UNIT_FIRMWARE_MIGRATION_H

#include <stdint.h>

#include "tests/snp/exported_context.h"
#include "tests/unit/firmware_message.h"

#define MIGRATION_AGENT MESSAGE_GUEST
#define MIGRATION_OTHER_AGENT SNP_PAGE(1)
#define MIGRATION_GUEST SNP_PAGE(2)
#define MIGRATION_TARGET SNP_PAGE(3)

/* STATUS of responses. */
#define MIGRATION_POLICY_FAILURE 0x07u
#define MIGRATION_INVALID_GUEST 0x10u
#define MIGRATION_HWERROR 0x13u
#define MIGRATION_INVALID_PARAM 0x16u

/** Setup: two agents that run. */
int migration_boot(void **state);

/** Makes a guest that belongs to an agent and runs. @param agent  0 = none */
struct snp_guest *migration_make_guest(uint64_t gctx, uint64_t agent);

/**
 * A message of an agent, with VMPCK 0.
 *
 * @return STATUS of the response
 */
uint32_t migration_send(uint64_t agent, uint8_t type, const void *payload, uint16_t size);

/** EXPORT. @param[out] context  filled in with status 0 */
uint32_t migration_export(uint64_t agent, uint64_t gctx, uint32_t flags,
                          struct witness_context *context);

/** IMPORT. */
uint32_t migration_import(uint64_t agent, uint64_t gctx, const struct witness_context *context);

/** ABSORB. */
uint32_t migration_absorb(uint64_t agent, uint64_t gctx, const struct witness_context *context);

/** ABSORB_NOMA, of the guest itself. */
uint32_t migration_absorb_noma(uint64_t gctx, const struct witness_context *context);

/** VMRK. */
uint32_t migration_vmrk(uint64_t agent, uint64_t gctx, const uint8_t vmrk[32]);

/** Says of a guest what a context says, as EXPORT would. */
void migration_describe(const struct snp_guest *guest, struct witness_context *context);

#endif
