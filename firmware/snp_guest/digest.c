/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The measurement of a launch (digest.h).
 */
#include "firmware/snp_guest/digest.h"

#include <string.h>

#include "crypto/sha2.h"

_Static_assert(SNP_DIGEST_BYTES == CRYPTO_SHA384_BYTES, "LD is a SHA-384");

/** The digest after a page. */
static void step(uint8_t digest[SNP_DIGEST_BYTES], struct snp_page_info *info)
{
    memcpy(info->digest, digest, sizeof info->digest);
    crypto_sha384(info, sizeof *info, digest);
}

void digest_extend(struct digests *digests, const struct digest_page *page,
                   const uint8_t contents[SNP_DIGEST_BYTES])
{
    struct snp_page_info info = {
        .length = sizeof info,
        .page_type = page->type,
        .imi_page = page->imi ? 1 : 0,
        .vmpl1_perms = page->permissions[1],
        .vmpl2_perms = page->permissions[2],
        .vmpl3_perms = page->permissions[3],
        .gpa = page->gpa,
    };

    memcpy(info.contents, contents, sizeof info.contents);
    step(digests->ld, &info);
    if (page->imi) {
        step(digests->imd, &info);
    }
}

void digest_measure(struct digests *digests, const struct digest_page *page,
                    const uint8_t *plaintext)
{
    uint8_t contents[SNP_DIGEST_BYTES] = {0};

    if (page->type == SNP_PAGE_NORMAL || page->type == SNP_PAGE_VMSA) {
        crypto_sha384(plaintext, RMP_PAGE_BYTES, contents);
    }
    digest_extend(digests, page, contents);
}
