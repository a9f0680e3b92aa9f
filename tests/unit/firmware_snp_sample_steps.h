/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages and parameters with which a command of SEV-SNP succeeds. Internal to firmware_snp_sample.c.
 */
#ifndef TESTS_UNIT_FIRMWARE_SNP_SAMPLE_STEPS_H
#define TESTS_UNIT_FIRMWARE_SNP_SAMPLE_STEPS_H

#include "tests/unit/firmware_snp_sample.h"

/** Makes the pages, and fills in parameters; the guest in SNP_SAMPLE_GUEST is there, in LAUNCH. */
void snp_sample_fill_in(struct snp_sample *sample);

#endif
