/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guests that ask for the reports of a corpus (machine.h).
 */
#ifndef HOST_VECTORS_GUESTS_H
#define HOST_VECTORS_GUESTS_H

#include "host/lib/board.h"
#include "host/vectors/reports.h"

#define VECTORS_POLICY 0x30000u       /**< SMT allowed; the bit that must be 1. */
#define VECTORS_POLICY_DEBUG 0xB0000u /**< Debugging allowed, too. */

/** What guests put into REPORT_DATA: text, then zeros. */
extern const uint8_t vectors_report_data[SNP_REPORT_DATA_BYTES];

/** Puts SEV-SNP in force on a board that has just started, and has all reports made. */
PROVISION_CHECKED bool vectors_guests_report(const struct vectors_machine *machine,
                                             struct board *board,
                                             struct snp_report reports[VECTORS_REPORTS],
                                             struct provision_error *error);

#endif
