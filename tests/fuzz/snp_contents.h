/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages that SEV-SNP's commands look at: lists of ranges, CPUID pages, VMSAs, ID blocks and what
 * authenticates them. As they should be, when the input's choices are 0.
 */
#ifndef TESTS_FUZZ_SNP_CONTENTS_H
#define TESTS_FUZZ_SNP_CONTENTS_H

#include "abi/snp_data.h"
#include "abi/snp_launch.h"

#include "tests/fuzz/input.h"

/** A list of ranges. */
void snp_contents_ranges(struct input *input, uint8_t page[SNP_PAGE_BYTES]);

/** A CPUID page. */
void snp_contents_cpuid(struct input *input, uint8_t page[SNP_PAGE_BYTES]);

/** A VMSA that SNP_LAUNCH_UPDATE takes. */
void snp_contents_vmsa(struct input *input, uint8_t page[SNP_PAGE_BYTES]);

/** An ID block for a launch, and its authentication by two keys that are made once. */
void snp_contents_id(const uint8_t digest[SNP_DIGEST_BYTES], uint64_t policy,
                     struct snp_id_block *block, struct snp_id_auth *auth);

/** Changes up to 7 bytes. @return whether one is another now */
bool snp_contents_damage(struct input *input, void *bytes, uint32_t length);

#endif
