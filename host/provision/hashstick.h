/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a vendor's key server derives: the hashsticks and attestation keys of chips (VCEK) and of cloud
 * providers (VLEK) at a TCB version (docs/attestation.md). From the description alone, with OpenSSL:
 * the firmware comes to the same in its own way.
 */
#ifndef HOST_PROVISION_HASHSTICK_H
#define HOST_PROVISION_HASHSTICK_H

#include "abi/snp_data.h"
#include "host/provision/provision.h"

#define PROVISION_CSP_SECRET_BYTES 32u

/** Whose key. */
enum provision_key_kind {
    PROVISION_VCEK, /**< The secret is a chip's. */
    PROVISION_VLEK, /**< The secret is a cloud provider's. */
};

/**
 * Derives the hashstick of a TCB version.
 *
 * @param secret      32 bytes
 * @param[out] stick  384 bytes, to be wiped by the caller
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_hashstick(enum provision_key_kind kind, const uint8_t secret[32],
                                           uint64_t tcb, uint8_t stick[SNP_HASHSTICK_BYTES],
                                           struct provision_error *error);

/**
 * Derives the attestation key of a TCB version.
 *
 * @param[out] key  to be wiped by the caller
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_attestation_key(enum provision_key_kind kind,
                                                 const uint8_t secret[32], uint64_t tcb,
                                                 struct provision_p384_key *key,
                                                 struct provision_error *error);

/**
 * Wraps the hashstick of a VLEK for one chip, as SNP_VLEK_LOAD takes it. Same input, same bytes.
 *
 * @param csp_secret    32 bytes, the cloud provider's
 * @param chip_secret   32 bytes
 * @param[out] wrapped  all of it is written
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_wrap_vlek(const uint8_t csp_secret[PROVISION_CSP_SECRET_BYTES],
                                           const uint8_t chip_secret[PROVISION_CHIP_SECRET_BYTES],
                                           uint64_t tcb, struct snp_wrapped_vlek *wrapped,
                                           struct provision_error *error);

#endif
