/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCB versions (SNP 7.4): how new each part of what a chip runs is, one byte for each of eight parts.
 * They are ordered byte by byte: of two versions, neither need be at most the other.
 */
#ifndef FIRMWARE_PLATFORM_TCB_H
#define FIRMWARE_PLATFORM_TCB_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/secret.h"

/**
 * Says which firmware runs. Called once, after product_start().
 *
 * @param security_version  of the running image
 */
void tcb_start(uint32_t security_version);

/** @return CURRENT_TCB: of this chip with the running image; 0 on a product without SEV-SNP */
uint64_t tcb_current(void);

/** @return the TCB version that this chip has with an image of that security version */
uint64_t tcb_of(uint32_t security_version);

/** Whether no part of a TCB version is above the same part of another. */
CRYPTO_CHECKED bool tcb_is_at_most(uint64_t tcb, uint64_t bound);

/** @return one part, 0 to 7: enum snp_tcb_part names them */
uint8_t tcb_part(uint64_t tcb, uint32_t part);

/** @return the newest TCB version that is at most both */
uint64_t tcb_lower_of(uint64_t a, uint64_t b);

#endif
