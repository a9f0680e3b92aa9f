/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip that follows from a seed, and the attestation reports that its firmware gives: it runs as a
 * Linux process, whose entropy follows from the seed, too.
 */
#ifndef HOST_VECTORS_MACHINE_H
#define HOST_VECTORS_MACHINE_H

#include "host/vectors/reports.h"

/**
 * Makes the chip's files, runs its firmware, launches two guests, and has all reports made.
 *
 * @param[out] reports  VECTORS_REPORTS of them
 * @return false when a file cannot be written, the firmware does not run, or a command fails
 */
PROVISION_CHECKED bool vectors_machine_reports(const struct vectors_machine *machine,
                                               struct snp_report reports[VECTORS_REPORTS],
                                               struct provision_error *error);

#endif
