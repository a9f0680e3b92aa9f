/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The measurement of a launch (launch_digest.h).
 */
#include "tests/snp/launch_digest.h"

#include <string.h>

#include "tests/snp/bytes.h"

#define INFO_BYTES 0x70u
#define INFO_DIGEST 0x00u
#define INFO_CONTENTS 0x30u
#define INFO_LENGTH 0x60u
#define INFO_TYPE 0x62u
#define INFO_IMI 0x63u
#define INFO_PERMISSIONS 0x65u
#define INFO_GPA 0x68u

void witness_launch_step(uint8_t digest[WITNESS_DIGEST_BYTES], const struct witness_page *page,
                         const uint8_t contents[WITNESS_DIGEST_BYTES])
{
    uint8_t info[INFO_BYTES] = {0};

    memcpy(info + INFO_DIGEST, digest, WITNESS_DIGEST_BYTES);
    memcpy(info + INFO_CONTENTS, contents, WITNESS_DIGEST_BYTES);
    witness_store16(info + INFO_LENGTH, INFO_BYTES);
    info[INFO_TYPE] = page->type;
    info[INFO_IMI] = page->imi ? 1 : 0;
    memcpy(info + INFO_PERMISSIONS, page->vmpl_permissions, sizeof page->vmpl_permissions);
    witness_store64(info + INFO_GPA, page->gpa);
    witness_sha384(info, sizeof info, digest);
}

void witness_launch_page(struct witness_launch *launch, const struct witness_page *page,
                         const uint8_t *plaintext)
{
    uint8_t contents[WITNESS_DIGEST_BYTES] = {0};

    if (page->type == WITNESS_PAGE_NORMAL || page->type == WITNESS_PAGE_VMSA) {
        witness_sha384(plaintext, WITNESS_PAGE_BYTES, contents);
    }
    witness_launch_step(launch->digest, page, contents);
    if (page->imi) {
        witness_launch_step(launch->imd, page, contents);
    }
}

void witness_launch_range(struct witness_launch *launch, const struct witness_page *first,
                          const uint8_t *plaintext, size_t pages)
{
    struct witness_page page = *first;

    for (size_t i = 0; i < pages; i++) {
        witness_launch_page(launch, &page,
                            plaintext == NULL ? NULL : plaintext + i * WITNESS_PAGE_BYTES);
        page.gpa += WITNESS_PAGE_BYTES;
    }
}
