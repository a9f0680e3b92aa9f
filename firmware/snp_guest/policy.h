/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies of SEV-SNP guests (SNP 4.2).
 */
#ifndef FIRMWARE_SNP_GUEST_POLICY_H
#define FIRMWARE_SNP_GUEST_POLICY_H

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/command.h"

/**
 * Whether a policy has the form that this API gives it.
 *
 * @return SUCCESS; INVALID_PARAM when bit 17 is 0, or one of bits 63:26 is not
 */
CRYPTO_CHECKED enum sev_status snp_policy_check_form(uint64_t policy);

/**
 * Whether this platform, as it is set up now, keeps a policy (SNP 2.9, checks 3 to 8).
 *
 * @return SUCCESS; POLICY_FAILURE when the API is older than it wants, or SMT, CXL, the memory's
 *         cipher, RAPL or ciphertext hiding are not as it wants
 */
CRYPTO_CHECKED enum sev_status snp_policy_check_platform(uint64_t policy);

/** A row's check: whether the guest may be debugged. @return SUCCESS or POLICY_FAILURE */
enum sev_status snp_policy_check_debug(struct command *command);

#endif
