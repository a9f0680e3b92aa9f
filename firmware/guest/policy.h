/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest policy (section 8): what *_START refuses.
 */
#ifndef FIRMWARE_GUEST_POLICY_H
#define FIRMWARE_GUEST_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/command.h"

/** Whether a firmware of the given API version satisfies the policy's minimum (section 8.2). */
bool policy_allows_version(uint32_t policy, uint32_t api_major, uint32_t api_minor);

/**
 * What LAUNCH_START and RECEIVE_START check of the policy and of the guest to share a key with.
 *
 * @param policy         of the new guest
 * @param shared_handle  guest to share with, or 0
 * @return SUCCESS; POLICY_FAILURE when the policy wants a newer API, or SEV-ES while it is off, or
 *         when either guest forbids sharing; INVALID_GUEST when @p shared_handle names no guest;
 *         INVALID_GUEST_STATE when that guest has been sent
 */
CRYPTO_CHECKED enum sev_status policy_check_start(uint32_t policy, uint32_t shared_handle);

/** Check of the *_VMSA commands: POLICY_FAILURE unless the guest is an SEV-ES guest. */
enum sev_status policy_check_is_es(struct command *command);

/** Check of DBG_*: POLICY_FAILURE when the policy forbids debugging. */
enum sev_status policy_check_debug(struct command *command);

#endif
