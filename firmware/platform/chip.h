/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this chip is, derived from its fuses: the CEK, the chip ID, the key for persistent data and
 * the root that its certificate chain must end in (sections 5.2, 5.4, 6.6). Product, TCB version and
 * attestation keys follow from them too, and have headers of their own.
 */
#ifndef FIRMWARE_PLATFORM_CHIP_H
#define FIRMWARE_PLATFORM_CHIP_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_certificate.h"
#include "abi/sev_data.h"
#include "crypto/p384.h"

/**
 * Reads the fuses and derives everything, product.h, tcb.h and chip_key.h included. Called once; the
 * fuses are wiped afterwards.
 *
 * @param security_version  of the running image
 * @return NULL, or what is wrong; the firmware must not serve then
 */
const char *chip_start(uint32_t security_version);

/** @return the chip endorsement key; its public half is in the CEK certificate */
const struct crypto_p384_key *chip_cek(void);

/**
 * Builds the CEK certificate as the firmware exports it: both signature slots empty, and the API
 * version that the factory wrote, whatever this firmware's is.
 */
void chip_cek_certificate(struct sev_certificate *certificate);

/**
 * The ID of one socket. Socket 0's is SHA-512(QX || QY) of the CEK, 48 bytes each, big-endian; the
 * second socket's is derived from the chip secret. Of both, products with short IDs have the first
 * eight bytes, and zeros.
 *
 * @param socket   0 or 1
 * @param[out] id  64 bytes
 */
void chip_id(uint32_t socket, uint8_t id[SEV_CHIP_ID_BYTES]);

/** @return 32 bytes: the AES-256 key that protects persistent data */
const uint8_t *chip_storage_key(void);

/** @return 32 bytes: SHA-256 of the signed bytes of the ARK this chip accepts */
const uint8_t *chip_ark_hash(void);

#endif
