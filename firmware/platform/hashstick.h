/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashsticks (SNP 8.2): the secret that attestation keys come from at one TCB version, and at every
 * lower one. Each of its eight parts is a value of a one-way chain that is walked down, one step per
 * version: who holds a stick can make those of lower TCB versions, and none of another.
 */
#ifndef FIRMWARE_PLATFORM_HASHSTICK_H
#define FIRMWARE_PLATFORM_HASHSTICK_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/snp_data.h"
#include "abi/snp_state.h"
#include "crypto/secret.h"
#include "crypto/sha2.h"

#define HASHSTICK_SEED_BYTES 48u

/** A stick of one TCB version. Secret. */
struct hashstick {
    uint8_t parts[SNP_TCB_PARTS][CRYPTO_SHA384_BYTES];
};
_Static_assert(sizeof(struct hashstick) == SNP_HASHSTICK_BYTES, "as a wrapped VLEK holds it");

/**
 * Makes the stick of a TCB version from the top of the chains.
 *
 * @param seed        secret, 48 bytes
 * @param[out] stick  to be wiped by the caller
 */
void hashstick_make(const uint8_t seed[HASHSTICK_SEED_BYTES], uint64_t tcb,
                    struct hashstick *stick);

/**
 * Walks a stick down.
 *
 * @param[in,out] stick  becomes that of LOWER
 * @param tcb            which it is of
 * @param lower          a TCB version that is at most @p tcb
 * @return false when it is not; the stick is unchanged
 */
CRYPTO_CHECKED bool hashstick_lower(struct hashstick *stick, uint64_t tcb, uint64_t lower);

#endif
