/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The time stamp counter of guests (tsc.h).
 */
#include "firmware/snp_guest/tsc.h"

#include "firmware/fabric.h"

#define FRACTION_BITS 32u
#define SCALE_BITS 40u

bool tsc_find_scale(uint32_t desired_khz, uint64_t *scale)
{
    const uint64_t host_khz = fabric_config()->tsc_khz;

    *scale = TSC_SCALE_ONE;
    if (desired_khz == 0) {
        return true;
    }
    if (host_khz == 0) {
        return false;
    }
    *scale = ((uint64_t)desired_khz << FRACTION_BITS) / host_khz;
    return *scale != 0 && *scale >> SCALE_BITS == 0;
}
