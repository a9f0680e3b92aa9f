/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages that are the hypervisor's for ever: the lists of SNP_INIT_EX and SNP_PAGE_SET_STATE
 * (SNP 2.1, 2.17).
 */
#ifndef FIRMWARE_SNP_GUEST_HV_FIXED_H
#define FIRMWARE_SNP_GUEST_HV_FIXED_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_status.h"
#include "abi/snp_data.h"
#include "crypto/secret.h"
#include "firmware/rmp.h"

/** Pages that become HV-fixed. */
struct snp_ranges {
    const struct snp_range *elements;
    uint32_t count;
};

/**
 * Reads a list.
 *
 * @param page         SNP_PAGE_BYTES, a private copy
 * @param[out] ranges  points into it
 * @return SUCCESS; INVALID_PARAM when it does not fit in its page, or reserved bytes are not 0
 */
CRYPTO_CHECKED enum sev_status hv_fixed_parse(const uint8_t *page, struct snp_ranges *ranges);

/**
 * Checks the ranges of a list before the platform is initialised.
 *
 * @param place      where the RMP will be
 * @param new_table  whether it will be new
 * @return SUCCESS; INVALID_ADDRESS when a base is not 4 KiB aligned, or a range leaves the address space;
 *         INVALID_PARAM when all ranges together have more pages than the RMP covers; INVALID_PAGE_STATE when a
 *         page is the firmware's, or, in a table that stays, neither Hypervisor, HV-fixed nor Firmware,
 *         or one of 2 MiB
 */
CRYPTO_CHECKED enum sev_status hv_fixed_check(const struct snp_ranges *ranges,
                                              const struct rmp_place *place, bool new_table);

/**
 * Checks the ranges of a list while the platform is initialised: pages in the RMP are Firmware, or
 * HV-fixed already.
 *
 * @return as hv_fixed_check(); INVALID_PAGE_SIZE when a page is part of one of 2 MiB
 */
CRYPTO_CHECKED enum sev_status hv_fixed_check_now(const struct snp_ranges *ranges);

/**
 * Makes the pages HV-fixed that are in the RMP.
 *
 * @param new_table  whether nobody obeys it yet: snp_enforce()
 * @return SUCCESS, or INVALID_PAGE_STATE when one could not be changed
 */
CRYPTO_CHECKED enum sev_status hv_fixed_set(const struct snp_ranges *ranges, bool new_table);

#endif
