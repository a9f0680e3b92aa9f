/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The measurement of a launch (SNP 4.3, 4.4): LD and IMD, which each page changes in turn.
 */
#ifndef FIRMWARE_SNP_GUEST_DIGEST_H
#define FIRMWARE_SNP_GUEST_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/snp_launch.h"
#include "firmware/rmp_page.h"

/** The digests of a launch; all zero before the first page. */
struct digests {
    uint8_t ld[SNP_DIGEST_BYTES];
    uint8_t imd[SNP_DIGEST_BYTES]; /**< Of the pages of the incoming migration image alone. */
};

/** What is measured of a page of 4 KiB besides its contents. */
struct digest_page {
    uint8_t type;                   /**< enum snp_page_type */
    bool imi;                       /**< Counts for IMD, too. */
    uint8_t permissions[RMP_VMPLS]; /**< Those of VMPL0 are always the same and not measured. */
    uint64_t gpa;
};

/**
 * Takes a page in whose CONTENTS are known.
 *
 * @param[in,out] digests  LD, and IMD for a page of the incoming migration image
 * @param contents         SHA-384 of the page, or zeros, as its type says
 */
void digest_extend(struct digests *digests, const struct digest_page *page,
                   const uint8_t contents[SNP_DIGEST_BYTES]);

/**
 * Takes a page in.
 *
 * @param[in,out] digests  as above
 * @param plaintext        4096 bytes as the host supplied them; not looked at for the types whose
 *                         contents are not measured
 */
void digest_measure(struct digests *digests, const struct digest_page *page,
                    const uint8_t *plaintext);

#endif
