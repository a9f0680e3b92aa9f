/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report that is sound, to be changed by tests of what reads reports.
 */
#ifndef TESTS_SNP_SAMPLE_H
#define TESTS_SNP_SAMPLE_H

#include "tests/snp/report.h"

/** Fills in a report of that product and version, by a VCEK, not signed yet: SIGNATURE is 0. */
void witness_sample_report(const struct witness_product *product, uint32_t version,
                           struct witness_report *report);

#endif
