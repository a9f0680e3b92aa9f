/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sizes of the area in which XSAVE and its relatives store a core's state: what CPUID function 0Dh
 * gives in EBX (SNP 4.6).
 */
#ifndef FIRMWARE_SNP_GUEST_XSAVE_H
#define FIRMWARE_SNP_GUEST_XSAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/secret.h"

/**
 * The size in the standard format, subfunction 0.
 *
 * @param xcr0       components, a bit each
 * @param[out] size  in bytes
 * @return false when one of the components is not known
 */
CRYPTO_CHECKED bool xsave_find_size(uint64_t xcr0, uint32_t *size);

/**
 * The size in the compacted format, subfunction 1.
 *
 * @param xss  supervisor components
 */
CRYPTO_CHECKED bool xsave_find_compacted_size(uint64_t xcr0, uint64_t xss, uint32_t *size);

#endif
