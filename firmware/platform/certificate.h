/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV certificates, version 1 (sections 6.2 to 6.4): making, signing, reading, verifying.
 */
#ifndef FIRMWARE_PLATFORM_CERTIFICATE_H
#define FIRMWARE_PLATFORM_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_certificate.h"
#include "abi/sev_status.h"
#include "crypto/p384.h"

/** Fills in a certificate for a P-384 key; both signature slots are empty. */
void certificate_make(struct sev_certificate *certificate, enum sev_usage usage,
                      enum sev_algorithm algorithm, const struct crypto_p384_public *public_key);

/** Makes one signature slot (0 or 1) empty: usage INVALID, no algorithm, zeros. */
void certificate_clear_slot(struct sev_certificate *certificate, uint32_t slot);

/**
 * Signs with ECDSA P-384 over SHA-256 (algorithm ECDSA_SHA256).
 *
 * @param slot          0 or 1
 * @param signer_usage  usage of @p signer
 * @return false when the random generator fails; the slot is then empty
 */
CRYPTO_CHECKED bool certificate_sign(struct sev_certificate *certificate, uint32_t slot,
                                     enum sev_usage signer_usage,
                                     const struct crypto_p384_key *signer);

/**
 * Signs bytes with ECDSA P-384, in the format of certificates and reports.
 *
 * @param algorithm  ECDSA_SHA256 or ECDSA_SHA384: the hash
 * @param data       @p length bytes
 * @param[out] r, s  72-byte little-endian fields, padded with zeros
 * @return false when the algorithm is another or the random generator fails; the fields are then
 *         unchanged
 */
CRYPTO_CHECKED bool certificate_sign_bytes(const struct crypto_p384_key *signer,
                                           enum sev_algorithm algorithm, const void *data,
                                           size_t length, uint8_t r[72], uint8_t s[72]);

/**
 * Reads the P-384 key of a certificate from outside, whatever its usage.
 *
 * @return false when the curve is not P-384, padding is not zero, or the point is not on the curve
 */
CRYPTO_CHECKED bool certificate_public_key(const struct sev_certificate *certificate,
                                           struct crypto_p384_public *public_key);

/**
 * Checks version, usage, algorithm and key of a certificate from outside.
 *
 * @return true when all are as asked for, and @p public_key is set
 */
CRYPTO_CHECKED bool certificate_is(const struct sev_certificate *certificate, enum sev_usage usage,
                                   enum sev_algorithm algorithm,
                                   struct crypto_p384_public *public_key);

/** Whether a slot is empty: usage INVALID, no algorithm, 512 zero bytes. */
CRYPTO_CHECKED bool certificate_slot_is_empty(const struct sev_certificate *certificate,
                                              uint32_t slot);

/**
 * Verifies the signature of a P-384 signer, in whichever slot carries the signer's usage and
 * algorithm.
 *
 * @param signer_algorithm  ECDSA_SHA256 or ECDSA_SHA384
 * @return SUCCESS; INVALID_CERTIFICATE when no slot carries that usage and algorithm, its padding is
 *         not zero, or the algorithm is neither of the two; BAD_SIGNATURE when the signature does
 *         not verify
 */
CRYPTO_CHECKED enum sev_status certificate_verify(const struct sev_certificate *certificate,
                                                  enum sev_usage signer_usage,
                                                  enum sev_algorithm signer_algorithm,
                                                  const struct crypto_p384_public *signer);

#endif
