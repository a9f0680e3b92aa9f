/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The beginning of the SEV-SNP platform: SNP_INIT and SNP_INIT_EX (SNP 2.1).
 */
#ifndef FIRMWARE_SNP_GUEST_START_H
#define FIRMWARE_SNP_GUEST_START_H

#include "firmware/platform/snp.h"
#include "firmware/snp_guest/hv_fixed.h"

/**
 * Checks the machine and what is asked, puts the RMP in force and starts without guests.
 *
 * @param options  flags that the product has
 * @param ranges   a private copy
 * @return SUCCESS; INVALID_CONFIG, RMP_INIT_REQUIRED, INVALID_PARAM, INVALID_ADDRESS or
 *         INVALID_PAGE_STATE: nothing has changed; RMP_INITIALIZATION_FAILED or HWERROR_PLATFORM: the
 *         platform is UNINIT
 */
CRYPTO_CHECKED enum sev_status snp_begin(const struct snp_options *options,
                                         const struct snp_ranges *ranges);

/**
 * Ends all guests and takes the platform to UNINIT (SNP 2.2); in UNINIT nothing is left to do.
 *
 * @return SUCCESS; WBINVD_REQUIRED or DFFLUSH_REQUIRED while the platform is INIT
 */
CRYPTO_CHECKED enum sev_status snp_end(void);

#endif
