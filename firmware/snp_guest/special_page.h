/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of a launch to which the firmware adds something: SECRETS and VMSA (SNP 4.5, 4.7).
 */
#ifndef FIRMWARE_SNP_GUEST_SPECIAL_PAGE_H
#define FIRMWARE_SNP_GUEST_SPECIAL_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/rmp_page.h"
#include "firmware/snp_guest/guest.h"

/**
 * Makes a SECRETS page.
 *
 * @param[out] page  4096 bytes, to be wiped or encrypted by the caller
 */
void special_page_make_secrets(const struct snp_guest *guest, uint8_t page[RMP_PAGE_BYTES]);

/**
 * Checks a VMSA as the host supplied it.
 *
 * @return SUCCESS; INVALID_PARAM when SEV_FEATURES lacks SNP_ACTIVE, or has a bit that is reserved
 *         or of a feature that the product lacks
 */
CRYPTO_CHECKED enum sev_status special_page_check_vmsa(const uint8_t page[RMP_PAGE_BYTES]);

/**
 * Adds to a VMSA what its features want: scale and offset of the TSC, a nonce.
 *
 * @param[in,out] page  passes special_page_check_vmsa()
 * @return SUCCESS; HWERROR_PLATFORM when the random generator failed
 */
CRYPTO_CHECKED enum sev_status special_page_complete_vmsa(const struct snp_guest *guest,
                                                          uint8_t page[RMP_PAGE_BYTES]);

/** Whether the product has the supervisor shadow stacks of VMPLs: all after Milan. */
bool special_page_has_shadow_stacks(void);

#endif
