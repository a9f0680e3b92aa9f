/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AMD certificates (section 6.5) and what hangs below them: the ARK is the root this chip was made
 * with, the ARK signs the ASK, the ASK signs the CEK of every chip.
 */
#ifndef FIRMWARE_PLATFORM_AMD_CERTIFICATE_H
#define FIRMWARE_PLATFORM_AMD_CERTIFICATE_H

#include <stdint.h>

#include "abi/sev_certificate.h"
#include "abi/sev_status.h"
#include "crypto/secret.h"

/** Whether the two certificates of an ASK-and-ARK buffer have the sizes their headers say. */
CRYPTO_CHECKED bool amd_chain_fits(const uint8_t *certificates, uint32_t length);

/**
 * Verifies a CEK certificate up to the root: CEK <- ASK <- ARK, ARK = the root in the fuses.
 *
 * @param certificates  ASK, then ARK, of @p length bytes in total; amd_chain_fits holds
 * @param cek           signed by the ASK in either slot
 * @return SUCCESS; INVALID_CERTIFICATE when version, usage, ids, exponent or algorithm are wrong, or
 *         the ARK is not this chip's root; BAD_SIGNATURE when a signature does not verify
 */
CRYPTO_CHECKED enum sev_status amd_chain_verify(const uint8_t *certificates, uint32_t length,
                                                const struct sev_certificate *cek);

#endif
