/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Migration agents (SNP 9.1): guests that may name other guests in their messages.
 */
#ifndef FIRMWARE_SNP_GUEST_MIGRATION_H
#define FIRMWARE_SNP_GUEST_MIGRATION_H

#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/snp_guest/guest.h"
#include "firmware/snp_guest/message_kind.h"

/**
 * Finds a guest that a message names. An agent speaks with its VMPCK 0: who owns a whole guest may
 * decide about others, not each part of it.
 *
 * @param gctx_paddr   as given, C-bit included
 * @param[out] target  set when the result is SUCCESS
 * @return SUCCESS; INVALID_PARAM when the message came with another VMPCK; INVALID_GUEST when there is
 *         no context
 */
CRYPTO_CHECKED enum sev_status migration_find(const struct message *message, uint64_t gctx_paddr,
                                              struct snp_guest **target);

/** As migration_find(), for a guest that belongs to the sender: INVALID_PARAM for any other. */
CRYPTO_CHECKED enum sev_status migration_find_own(const struct message *message,
                                                  uint64_t gctx_paddr, struct snp_guest **target);

/** Puts a guest into the hands of an agent: its reports name that one from now on. */
void migration_link(struct snp_guest *guest, const struct snp_guest *agent);

#endif
