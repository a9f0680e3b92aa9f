/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The time stamp counter of guests with SecureTSC (SNP 2.9): a ratio of the host's, which the
 * fabric states.
 */
#ifndef FIRMWARE_SNP_GUEST_TSC_H
#define FIRMWARE_SNP_GUEST_TSC_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/secret.h"

#define TSC_SCALE_ONE (1ull << 32) /**< A guest's counter runs as the host's does. */

/**
 * Computes the ratio of a guest's frequency to the host's.
 *
 * @param desired_khz  of the guest; 0 = the host's
 * @param[out] scale   8 bits before the point, 32 behind it
 * @return false when it is 0 or does not fit, or the machine does not state its frequency
 */
CRYPTO_CHECKED bool tsc_find_scale(uint32_t desired_khz, uint64_t *scale);

#endif
