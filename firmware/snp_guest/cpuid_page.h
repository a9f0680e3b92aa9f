/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CPUID page (SNP 4.6): what the host says that CPUID gives, checked against what the chip that
 * this firmware plays is known to give. What is not known of it is the host's to say.
 */
#ifndef FIRMWARE_SNP_GUEST_CPUID_PAGE_H
#define FIRMWARE_SNP_GUEST_CPUID_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/snp_launch.h"
#include "crypto/secret.h"
#include "firmware/rmp_page.h"

enum cpuid_verdict {
    CPUID_ACCEPTED,
    CPUID_CORRECTED, /**< The page holds now what would be accepted. */
    CPUID_UNUSABLE,  /**< COUNT is too large: it stays as it was. */
};

/**
 * Checks a page and corrects it.
 *
 * @param[in,out] page  struct snp_cpuid_table and zeros, a private copy
 */
CRYPTO_CHECKED enum cpuid_verdict cpuid_page_check(uint8_t page[RMP_PAGE_BYTES]);

/**
 * Makes the outputs of one function what would be accepted.
 *
 * @return whether one was something else
 */
bool cpuid_page_correct(struct snp_cpuid_function *function);

#endif
