/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The measurement of a launch (sections 4.3, 4.4): each page changes it by SHA-384 of PAGE_INFO.
 *
 *     struct witness_launch launch = {0};
 *     witness_launch_page(&launch, &(struct witness_page){.type = 1, .gpa = gpa}, plaintext);
 *     ... launch.digest is MEASUREMENT of the report ...
 */
#ifndef TESTS_SNP_LAUNCH_DIGEST_H
#define TESTS_SNP_LAUNCH_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/snp/hash.h"

#define WITNESS_PAGE_BYTES 4096u

/** Page types whose contents are measured; those of the others count as 48 zeros. */
#define WITNESS_PAGE_NORMAL 1u
#define WITNESS_PAGE_VMSA 2u

/** Page types whose contents are not. */
#define WITNESS_PAGE_ZERO 3u
#define WITNESS_PAGE_UNMEASURED 4u
#define WITNESS_PAGE_SECRETS 5u
#define WITNESS_PAGE_CPUID 6u

/** LD and IMD; all zero before the first page. */
struct witness_launch {
    uint8_t digest[WITNESS_DIGEST_BYTES];
    uint8_t imd[WITNESS_DIGEST_BYTES];
};

/** What is measured of a page besides its contents. */
struct witness_page {
    uint8_t type;
    bool imi;                    /**< Changes IMD, too. */
    uint8_t vmpl_permissions[3]; /**< VMPL1, VMPL2, VMPL3 */
    uint64_t gpa;
};

/**
 * Measures a page of 4 KiB.
 *
 * @param plaintext  4096 bytes as the host gives them; not looked at, and may be NULL, for types
 *                   whose contents are not measured
 */
void witness_launch_page(struct witness_launch *launch, const struct witness_page *page,
                         const uint8_t *plaintext);

/** Measures a range, of which a page of 2 MiB is one: page by page, in ascending order. */
void witness_launch_range(struct witness_launch *launch, const struct witness_page *first,
                          const uint8_t *plaintext, size_t pages);

/** One step: the digest after a page whose CONTENTS are known. */
void witness_launch_step(uint8_t digest[WITNESS_DIGEST_BYTES], const struct witness_page *page,
                         const uint8_t contents[WITNESS_DIGEST_BYTES]);

#endif
