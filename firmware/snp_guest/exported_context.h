/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's context as its migration agent carries it to another platform (SNP 9.3). The key of its
 * memory stays here: pages travel under the OEK.
 */
#ifndef FIRMWARE_SNP_GUEST_EXPORTED_CONTEXT_H
#define FIRMWARE_SNP_GUEST_EXPORTED_CONTEXT_H

#include <stdbool.h>

#include "abi/sev_status.h"
#include "abi/snp_message.h"
#include "crypto/secret.h"
#include "firmware/snp_guest/guest.h"

/** Writes what a guest's context holds. @param[out] context  secret */
void exported_context_make(const struct snp_guest *guest, struct snp_exported_context *context);

/**
 * Checks a context by itself and against this platform.
 *
 * @return SUCCESS; INVALID_PARAM for reserved bits, a guest that was not RUNNING, or a part of an ID
 *         block without its flag; POLICY_FAILURE when the platform does not keep its policy, or that
 *         forbids migration
 */
CRYPTO_CHECKED enum sev_status exported_context_check(const struct snp_exported_context *context);

/** Whether everything that a context says of who the guest is holds for a guest already. */
CRYPTO_CHECKED bool exported_context_is_of(const struct snp_exported_context *context,
                                           const struct snp_guest *guest);

/** Gives a guest what a context says of who it is. @param context  exported_context_check() */
void exported_context_take_identity(const struct snp_exported_context *context,
                                    struct snp_guest *guest);

/** Gives a guest the keys and counters of a context. */
void exported_context_take_keys(const struct snp_exported_context *context,
                                struct snp_guest *guest);

#endif
