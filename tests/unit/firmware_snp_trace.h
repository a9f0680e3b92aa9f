/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole launch as a public tool, sev-snp-measure, computed it: tests/snp/data/launch_trace.txt
 * says for which firmware and guest. Programs run from the top of the tree.
 */
#ifndef TESTS_UNIT_FIRMWARE_SNP_TRACE_H
#define TESTS_UNIT_FIRMWARE_SNP_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "abi/snp_launch.h"

#define TRACE_STEPS 34u

/** A page of 4 KiB, with all permissions 0. */
struct trace_step {
    enum snp_page_type type;
    uint64_t gpa;
    uint8_t contents[SNP_DIGEST_BYTES]; /**< CONTENTS of PAGE_INFO. */
    uint8_t ld[SNP_DIGEST_BYTES];       /**< The launch digest after it. */
};

/** Reads all of them; fails the test when there are more or fewer, or one is malformed. */
void trace_read(struct trace_step steps[TRACE_STEPS]);

#endif
