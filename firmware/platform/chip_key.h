/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys that speak for this chip at a TCB version (SNP 8.2, 8.3): VCEK, which comes from the chip
 * secret, and VLEK, which a cloud provider's key server lends to the chip; and what guests' keys are
 * derived from. The running firmware has those of its own TCB version and of all lower ones.
 */
#ifndef FIRMWARE_PLATFORM_CHIP_KEY_H
#define FIRMWARE_PLATFORM_CHIP_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/fuses.h"
#include "abi/sev_status.h"
#include "abi/snp_data.h"
#include "crypto/p384.h"

#define CHIP_GUEST_ROOT_BYTES 32u

/** Whose hashstick. */
enum chip_key_kind {
    CHIP_KEY_VCEK,
    CHIP_KEY_VLEK,
};

/**
 * Makes the chip's hashstick of the current TCB version. Called once, by chip_start(), after
 * tcb_start(); keeps nothing that would lead to a higher one.
 */
void chip_key_start(const struct fuses *fuses);

/**
 * The VCEK of a TCB version. That of the last one asked for is kept; another takes some milliseconds.
 *
 * @return NULL when a part of it is above tcb_current(), on a product without SEV-SNP, or when the
 *         random generator (used for blinding) fails; else valid until the next call
 */
CRYPTO_CHECKED const struct crypto_p384_key *chip_vcek(uint64_t tcb);

/**
 * The VLEK of a TCB version, as chip_vcek().
 *
 * @return NULL also when none is loaded, or a part of TCB is above the loaded one's
 */
CRYPTO_CHECKED const struct crypto_p384_key *chip_vlek(uint64_t tcb);

/**
 * Unwraps a VLEK hashstick and puts it in the place of the one before.
 *
 * @param wrapped  a private copy
 * @return SUCCESS; INVALID_PARAM when RESERVED_198 is not zero, a part of TCB_VERSION is above
 *         tcb_current(), or the product has no SEV-SNP; BAD_MEASUREMENT when it was not wrapped for
 *         this chip, or was changed. Unless SUCCESS nothing has changed
 */
CRYPTO_CHECKED enum sev_status chip_vlek_load(const struct snp_wrapped_vlek *wrapped);

/** Wipes the VLEK's hashstick and key. */
void chip_vlek_unload(void);

/** @return whether a VLEK is loaded */
bool chip_vlek_is_loaded(void);

/** @return whether there is a hashstick of that kind, and no part of @p tcb is above its TCB version */
CRYPTO_CHECKED bool chip_key_is_available(enum chip_key_kind kind, uint64_t tcb);

/**
 * The secret that guests' keys come from at a TCB version (SNP 8.7).
 *
 * @param[out] root  32 bytes, to be wiped by the caller; zeroed when false
 * @return chip_key_is_available()
 */
CRYPTO_CHECKED bool chip_guest_root(enum chip_key_kind kind, uint64_t tcb,
                                    uint8_t root[CHIP_GUEST_ROOT_BYTES]);

#endif
